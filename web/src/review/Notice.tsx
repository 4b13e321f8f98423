import { useEffect, useState } from 'react';
import { useStore } from '../app/store';
import type { ReviewController } from './controller';

const SHOWN_FOR = 3500;

/** One line about what just happened; goes by itself. */
export function Notice({ review }: { review: ReviewController }) {
  const { notice } = useStore(review.state);
  const [gone, setGone] = useState(0);
  useEffect(() => {
    if (!notice) return undefined;
    const timer = setTimeout(() => setGone(notice.id), SHOWN_FOR);
    return () => clearTimeout(timer);
  }, [notice]);
  return (
    <div className="notice" role="status">
      {notice && notice.id !== gone ? <p key={notice.id}>{notice.text}</p> : null}
    </div>
  );
}
