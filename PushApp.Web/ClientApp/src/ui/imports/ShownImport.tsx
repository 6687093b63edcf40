import { useEffect, useState } from 'preact/hooks';
import { ApiError } from '../../api/http';
import type { Import } from '../../api/types';
import { findImport, imports } from '../../state/imports';
import { shownImportId } from '../../state/router';
import { Link } from '../Link';
import { ImportCard } from './ImportCard';

/** The import that the address names, where it is not among those that are listed: an older one, or none of this user's. */
export function ShownImport() {
  const id = shownImportId.value;
  const listed = imports.value;
  return id === null || listed === null || listed.some((job) => job.id === id) ? null : <Unlisted key={id} id={id} />;
}

function Unlisted({ id }: { id: string }) {
  const [found, setFound] = useState<Import | null>(null);
  const [error, setError] = useState<string | null>(null);
  useEffect(() => {
    const abort = new AbortController();
    findImport(id, abort.signal).then(
      setFound,
      (failure: unknown) =>
        !abort.signal.aborted &&
        setError(
          failure instanceof ApiError && failure.status === 404
            ? 'There is no such import among yours. It may be one that was removed some time after its end, or another account’s.'
            : failure instanceof Error
              ? failure.message
              : String(failure),
        ),
    );
    return () => abort.abort();
  }, [id]);
  if (found) {
    return <ImportCard job={found} />;
  }
  return (
    error !== null && (
      <div class="notice error" role="alert">
        <p>{error}</p>
        <Link to="/imports" class="button">
          Show my imports
        </Link>
      </div>
    )
  );
}
