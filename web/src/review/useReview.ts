import { useEffect, useMemo } from 'react';
import type { Session, ViewQuery } from '../api/types';
import { onProgress, queue } from '../app/services';
import { ReviewController } from './controller';

/** One controller for each view that the address asks for. */
export function useReview(session: Session, query: ViewQuery): ReviewController {
  const key = JSON.stringify(query);
  const controller = useMemo(
    () => new ReviewController({ session, query: JSON.parse(key) as ViewQuery, queue, onProgress }),
    // The session's counts change with every decision; the view does not.
    // eslint-disable-next-line react-hooks/exhaustive-deps
    [key],
  );
  useEffect(() => {
    void controller.open();
    return () => controller.dispose();
  }, [controller]);
  return controller;
}
