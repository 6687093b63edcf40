import { useEffect } from 'preact/hooks';
import { isPaused, stopWatching, watch } from '../../inspector/watch';
import { inspectorTab, type InspectorTab } from '../../state/router';
import { mayInspect, userName } from '../../state/session';
import { Icon } from '../Icon';
import { Link } from '../Link';
import { ChannelsTab } from './ChannelsTab';
import { ConnectionsTab } from './ConnectionsTab';
import { EventsTab } from './EventsTab';
import { JourneyTab } from './JourneyTab';
import { NodesTab } from './NodesTab';
import { SearchTab } from './SearchTab';
import '../../styles/inspector.css';

const tabs: readonly { readonly tab: InspectorTab; readonly to: string; readonly label: string }[] = [
  { tab: 'nodes', to: '/inspector', label: 'Nodes' },
  { tab: 'events', to: '/inspector/events', label: 'Events' },
  { tab: 'connections', to: '/inspector/connections', label: 'Connections' },
  { tab: 'channels', to: '/inspector/channels', label: 'Channels' },
  { tab: 'search', to: '/inspector/search', label: 'Did it arrive?' },
];

/** On a narrow screen not all tabs fit: the one that is open is moved into view. */
function showCurrent(tabs: HTMLElement | null): void {
  const current = tabs?.querySelector<HTMLElement>("[aria-current='page']");
  if (tabs && current) {
    tabs.scrollLeft = current.offsetLeft - (tabs.clientWidth - current.offsetWidth) / 2;
  }
}

/** Which nodes, channels and connections there are, and what became of each recent event. Loaded with the first visit. */
export default function InspectorView() {
  if (!mayInspect.value) {
    return (
      <div class="empty">
        <span class="empty-mark" aria-hidden="true">
          <Icon name="pulse" size={30} />
        </span>
        <h2>The Inspector is for administrators</h2>
        <p>Whoever runs this site opens it to you with your user name in the setting Inspector:Administrators.</p>
        <Link to="/" class="button">
          Back to the contacts
        </Link>
      </div>
    );
  }
  return <Panels />;
}

function Panels() {
  const user = userName.value ?? '';
  useEffect(() => {
    watch(user);
    return stopWatching;
  }, [user]);
  const shown = inspectorTab.value;
  return (
    <div class="inspector">
      <div class="page-head">
        <h1>Inspector</h1>
        <button type="button" class="button" aria-pressed={isPaused.value} onClick={() => (isPaused.value = !isPaused.value)}>
          {isPaused.value ? 'Go on' : 'Pause'}
        </button>
      </div>
      <nav class="tabs" aria-label="Inspector" ref={showCurrent}>
        {tabs.map(({ tab, to, label }) => (
          <Link key={tab} to={to} isCurrent={shown === tab || (tab === 'events' && shown === 'journey')}>
            {label}
          </Link>
        ))}
      </nav>
      {shown === 'events' ? (
        <EventsTab />
      ) : shown === 'journey' ? (
        <JourneyTab />
      ) : shown === 'connections' ? (
        <ConnectionsTab />
      ) : shown === 'channels' ? (
        <ChannelsTab />
      ) : shown === 'search' ? (
        <SearchTab />
      ) : (
        <NodesTab />
      )}
    </div>
  );
}
