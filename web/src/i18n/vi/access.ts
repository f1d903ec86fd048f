/* Tiếng Việt: signing in, accounts, traces. */

export const access = {
  'screen.loading': 'Đang mở…',
  'screen.failed': 'Chưa mở được phần này.',
  'screen.failedDo': 'Mạng bị ngắt, hoặc chương trình vừa được nâng cấp. Những gì đã lưu vẫn an toàn. Kiểm tra mạng, rồi tải lại trang.',
  'access.noPermission': 'Bạn không có quyền xem phần này.',
  'access.noPermissionFor': 'Bạn không có quyền xem: {what}.',
  'access.noPermissionDo': 'Nếu cần cho công việc, hỏi người phụ trách cơ sở. Người quản trị cấp quyền theo vai trò.',
  'access.goHome': 'Về trang đầu',
} as const;
