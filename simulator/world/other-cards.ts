import type { Json, Row } from '../json.js';

/*
 * Cards that lead nowhere, or to an app: polls, conversations, direct messages, app downloads. Their fields are those of
 * recorded answers (docs/x-ads-api.md §7), in which sizes and durations are texts.
 */

export const OTHER_CARDS = [
  'POLL',
  'IMAGE_CONVERSATION',
  'VIDEO_CONVERSATION',
  'DIRECT_MESSAGE',
  'IMAGE_APP_DOWNLOAD',
  'VIDEO_APP_DOWNLOAD',
  'MIXED_MEDIA',
] as const;
export type OtherCard = (typeof OTHER_CARDS)[number];

const video = (key: string): Row => ({
  video_content_id: '13_1191948012077092867',
  video_owner_id: '756201191646691328',
  video_url: `https://video.example/${key}.vmap`,
  video_hls_url: `https://video.example/${key}.m3u8`,
  video_poster_url: `https://media.example/${key}.jpg`,
  video_width: '640',
  video_height: '360',
  video_poster_width: '640',
  video_poster_height: '360',
  content_duration_seconds: '8.967',
});

const image = (key: string): Row => ({
  image: `https://media.example/${key}.jpg`,
  image_display_width: '800',
  image_display_height: '320',
});

const metadata = (key: string): Json => ({
  [key]: {
    type: 'VIDEO',
    url: `https://media.example/${key}.mp4`,
    width: 640,
    height: 360,
    video_duration: 8_967,
    video_aspect_ratio: '16:9',
  },
});

/** What the card has beside name, id, URI, type and times. `key` is that of its media. */
export const otherCardFields = (type: OtherCard, key: string, userId: string): Row => {
  const conversation = {
    title: 'Which one is yours?',
    first_cta: '#Tea',
    first_cta_tweet: 'I take #Tea',
    thank_you_text: 'Thank you – see you soon',
  };
  const app = { app_cta: 'INSTALL', country_code: 'US', googleplay_app_id: 'com.example.shop' };
  switch (type) {
    case 'POLL':
      return {
        first_choice: 'East',
        second_choice: 'West',
        start_time: '2026-03-01T08:00:00Z',
        end_time: '2026-03-08T08:00:00Z',
        duration_in_minutes: '10080',
        ...video(key),
      };
    case 'IMAGE_CONVERSATION':
      return { ...conversation, ...image(key), media_url: `https://media.example/${key}.jpg` };
    case 'VIDEO_CONVERSATION':
      return { ...conversation, ...video(key), poster_media_url: `https://media.example/${key}.jpg` };
    case 'DIRECT_MESSAGE':
      return { recipient_user_id: userId, first_cta: 'Ask us', first_cta_welcome_message_id: '1', media_key: key };
    case 'IMAGE_APP_DOWNLOAD':
      return { ...app, wide_app_image: `https://media.example/${key}.jpg`, ...image(key) };
    case 'VIDEO_APP_DOWNLOAD':
      return { ...app, ...video(key) };
    case 'MIXED_MEDIA':
      return {
        components: [
          { type: 'SWIPEABLE_MEDIA', media_keys: [key, `${key}1`], media_metadata: metadata(key) },
          {
            type: 'BUTTON',
            label: { type: 'ENUM', value: 'INSTALL' },
            destination: {
              type: 'APP',
              country_code: 'US',
              googleplay_app_id: 'com.example.shop',
              googleplay_deep_link: 'shop://spring',
              tco_url: 'https://t.co/aaaaaaaaaa',
            },
          },
        ],
      };
    default:
      return type satisfies never;
  }
};
