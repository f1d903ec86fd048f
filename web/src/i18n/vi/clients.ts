/* Tiếng Việt: whom a house looks after who does not live there; visits and stays say the same. */

export const clients = {
  'client.day': 'Người đến trong ngày',
  'client.outpatient': 'Khám ngoại trú',
  'client.work-accident': 'Người bị tai nạn lao động',
  'client.work-disease': 'Người mắc bệnh nghề nghiệp',
} as const;
