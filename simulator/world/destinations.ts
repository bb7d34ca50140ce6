import { campaignName } from './names.js';
import { isMessy, type Profile } from './options.js';
import { OTHER_CARDS, type OtherCard } from './other-cards.js';
import type { AdPlan } from './plan.js';

/** The page or app an ad links to, and the field in which X answers it (docs/x-ads-api.md §7). */
export type Destination =
  | { readonly kind: 'none' }
  | { readonly kind: 'text'; readonly url: string }
  | { readonly kind: 'card'; readonly url: string }
  | { readonly kind: 'legacy_card'; readonly url: string }
  | { readonly kind: 'carousel'; readonly urls: readonly string[] }
  | { readonly kind: 'text_and_card'; readonly text: string; readonly url: string }
  | { readonly kind: 'app' }
  | { readonly kind: 'other_card'; readonly type: OtherCard };

/** A landing page encoded as advertisers do by hand: capitals, plus signs, percent signs, words in other scripts. */
const landing = (ad: AdPlan, source: string): string => {
  const campaign = campaignName(ad.lineItem.campaign.index);
  const content = ad.index % 3 === 0 ? `ad+${ad.index}` : `ad%20${ad.index}%2Fvariant%3D${ad.index % 4}`;
  const term = ad.index % 4 === 1 ? '&utm_term=running%20shoes%2C%20%22red%22' : '';
  const query = `utm_source=${source}&utm_medium=paid_social&utm_campaign=${encodeURIComponent(campaign)}&utm_content=${content}${term}`;
  return `https://www.example.com/${ad.index % 2 === 0 ? 'shop' : 'new-in'}/${ad.index}?${query}&ref=x%26y`;
};

export const destinationOf = (profile: Profile, ad: AdPlan): Destination => {
  const kind = ad.lineItem.campaign.kind.destination;
  if (kind === 'app') return { kind: 'app' };
  if (kind === 'none') {
    const type = OTHER_CARDS[ad.index % (OTHER_CARDS.length + 1)];
    return isMessy(profile) && type !== undefined ? { kind: 'other_card', type } : { kind: 'none' };
  }
  const url = landing(ad, 'twitter');
  const variant = ad.index % 10;
  if (variant < 4) return { kind: 'text', url };
  if (variant < 7) return { kind: 'card', url };
  if (profile === 'always-on') return { kind: 'card', url };
  if (variant === 7) return { kind: 'legacy_card', url };
  if (variant === 8) return { kind: 'carousel', urls: [url, `${url}&slide=2`] };
  return { kind: 'text_and_card', text: `https://www.example.com/terms?utm_source=x&utm_campaign=terms`, url };
};
