import { useEffect, useState } from 'react';
import type { Item } from '../api/types';
import { useSlice } from '../app/store';
import type { ReviewController } from './controller';

interface Loaded {
  position: number;
  item: Item;
}

/** What the server knows of a tile; asked for once the cursor has rested `delay` ms. */
export function useItem(review: ReviewController, position: number, delay: number): Item | undefined {
  const [loaded, setLoaded] = useState<Loaded>();
  const revision = useSlice(review.state, (state) => state.revision);
  useEffect(() => {
    if (position < 0) return undefined;
    let wanted = true;
    const timer = setTimeout(() => {
      review.item(position).then(
        (item) => wanted && setLoaded({ position, item }),
        () => undefined,
      );
    }, delay);
    return () => {
      wanted = false;
      clearTimeout(timer);
    };
  }, [review, position, delay, revision]);
  return loaded?.position === position ? loaded.item : undefined;
}
