import { api } from '../api/client';

/** A stored thumbnail of an image. */
export function Thumb({ image, size, alt = '' }: { image: number; size: number; alt?: string }) {
  return (
    <img
      className="thumb"
      src={api.thumbUrl(image)}
      width={size}
      height={size}
      alt={alt}
      decoding="async"
      draggable={false}
    />
  );
}
