/** Names as advertisers write them, with many scripts, quotes, commas, emoji, percent signs and right-to-left text. */
const CAMPAIGNS = [
  'Spring sale 2026',
  'Brand "Always On" – EU',
  'Frühjahrs-Aktion, Österreich & Schweiz',
  '夏のキャンペーン 2026',
  'Été à la plage – 20 % de remise',
  'Лето: новая коллекция',
  '봄맞이 세일 🌸',
  "Mother's Day (retargeting)",
  'حملة رمضان',
  'दिवाली ऑफ़र',
  '新品上市｜限时优惠',
  'Back to school 🎒📚',
  'Verão no Brasil – promoção',
  'Καλοκαιρινές προσφορές',
  'מבצע סוף עונה',
  'A/B test; "variant B", v2.1',
  'เปิดตัวสินค้าใหม่',
  'Q3_prospecting|lookalike|25-44',
];
const AUDIENCES = [
  'Broad',
  'Lookalikes',
  'Retargeting 30d',
  'Followers of @rivals',
  '25–44 / 女性',
  'Keywords: “shoes”',
];
const BUSINESSES = [
  'Pacific Outfitters',
  'Hudson & Vine',
  'Thames Tea Company',
  '東京カメラ店',
  'भारत Bazaar',
  'Southern Cross Cycles',
  'Café Paulista',
  'Nullmeridian “UTC” GmbH',
];
const TEXTS = [
  'New in: made to last, made for you.',
  'Only this week 🔥 free shipping & returns',
  '今だけ送料無料！詳しくはこちら',
  'Читайте подробнее по ссылке',
  'Il reste 3 jours pour en profiter…',
  'As seen everywhere. "Finally!" — everyone',
];

const at = (list: readonly string[], index: number): string => list[index % list.length] ?? '';

export const campaignName = (index: number): string =>
  index < CAMPAIGNS.length
    ? at(CAMPAIGNS, index)
    : `${at(CAMPAIGNS, index)} #${Math.floor(index / CAMPAIGNS.length) + 1}`;
export const lineItemName = (index: number): string => `${at(AUDIENCES, index)} ${index + 1}`;
export const businessName = (index: number): string =>
  index < BUSINESSES.length
    ? at(BUSINESSES, index)
    : `${at(BUSINESSES, index)} ${Math.floor(index / BUSINESSES.length) + 1}`;
export const tweetText = (index: number): string => at(TEXTS, index);
