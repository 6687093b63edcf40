import { Icon } from './Icon';
import { Link } from './Link';

/** For an address of the site that leads nowhere. */
export function NotFoundView() {
  return (
    <div class="empty">
      <span class="empty-mark">
        <Icon name="search" size={30} />
      </span>
      <h1>There is no such page</h1>
      <p>
        Nothing is at <span class="breaks">{location.pathname}</span>. Check the address for a typing error, or begin at the start.
      </p>
      <Link to="/" class="button primary">
        Go to the start
      </Link>
    </div>
  );
}
