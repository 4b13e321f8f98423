import { api } from '../api/client';

interface Props {
  image: number;
  size: number;
  alt?: string;
  /** For long lists: loads only when it comes into view. */
  lazy?: boolean;
}

/** A stored thumbnail of an image. */
export function Thumb({ image, size, alt = '', lazy = false }: Props) {
  return (
    <img
      className="thumb"
      src={api.thumbUrl(image)}
      width={size}
      height={size}
      alt={alt}
      loading={lazy ? 'lazy' : 'eager'}
      decoding="async"
      draggable={false}
    />
  );
}
