import { type RefCallback, useCallback, useState } from 'react';

/** The width of an element in CSS pixels: known before it is first painted, and measured anew when it changes. */
export const useWidth = (): { readonly ref: RefCallback<HTMLElement>; readonly width: number } => {
  const [width, setWidth] = useState(0);
  const ref = useCallback((element: HTMLElement | null) => {
    if (element === null) return undefined;
    const measure = (): void => setWidth(element.clientWidth);
    measure();
    const observer = new ResizeObserver(measure);
    observer.observe(element);
    return () => observer.disconnect();
  }, []);
  return { ref, width };
};
