// Every word of the page, in one place.

export const words = {
  title: 'Telegram mô phỏng',
  bot: 'bot',
  typing: 'đang nhập…',
  actions: {
    upload_photo: 'đang gửi ảnh…',
    upload_document: 'đang gửi tệp…',
    record_voice: 'đang ghi âm…',
    find_location: 'đang tìm vị trí…',
  },
  start: 'BẮT ĐẦU',
  restart: 'BỎ CHẶN VÀ BẮT ĐẦU LẠI',
  empty: 'Chưa có tin nhắn nào.',
  emptyHint: (name) => `Bấm «BẮT ĐẦU» để trò chuyện với ${name}.`,
  blocked: 'Bạn đã chặn bot này.',
  message: 'Tin nhắn',
  send: 'Gửi',
  save: 'Lưu',
  cancel: 'Hủy',
  close: 'Đóng',
  ok: 'OK',
  menu: 'Menu',
  commands: 'Các lệnh của bot',
  attach: 'Đính kèm',
  more: 'Thao tác khác',
  messageMenu: 'Thao tác với tin nhắn',
  keyboardShow: 'Hiện bàn phím của bot',
  keyboardHide: 'Ẩn bàn phím của bot',
  keyboard: 'Bàn phím của bot',
  toBottom: 'Xuống tin mới nhất',
  unread: (count) => `${count} tin chưa đọc`,
  log: (name) => `Trò chuyện của ${name}`,
  phone: (name) => `Điện thoại của ${name}`,
  edited: 'đã sửa',
  sent: 'Đã gửi',
  taken: 'Bot đã nhận',
  forwardedFrom: 'Chuyển tiếp từ',
  reply: 'Trả lời',
  replyTo: (name) => `Trả lời ${name}`,
  edit: 'Sửa',
  editing: 'Sửa tin nhắn',
  copy: 'Sao chép',
  copied: 'Đã sao chép',
  forward: 'Chuyển tiếp',
  forwardTo: 'Chuyển tiếp đến…',
  remove: 'Xóa',
  photo: 'Ảnh',
  document: 'Tệp',
  sticker: 'Nhãn dán',
  voice: 'Tin nhắn thoại',
  location: 'Vị trí',
  contact: 'Danh bạ',
  openPhoto: 'Xem ảnh cỡ lớn',
  zoom: 'Phóng to, thu nhỏ',
  download: (name) => `Tải ${name}`,
  caption: 'Thêm chú thích…',
  sendPhoto: 'Gửi ảnh',
  sendDocument: 'Gửi tệp',
  chooseSticker: 'Chọn nhãn dán',
  chooseContact: 'Chia sẻ số của ai?',
  ownNumber: 'Số của tôi',
  shareTitle: 'Chia sẻ số điện thoại của bạn?',
  shareText: (bot) => `${bot} sẽ biết số điện thoại của bạn. Việc này giúp bot nhận ra bạn ở nơi khác.`,
  share: 'Chia sẻ',
  locationTitle: 'Chia sẻ vị trí của bạn?',
  locationText: 'Vị trí hiện tại của bạn sẽ được gửi cho bot.',
  tooBig: 'Tệp quá lớn (tối đa 20 MB).',
  notThere: 'Không làm được việc này',
  block: 'Chặn bot',
  unblock: 'Bỏ chặn bot',
  newGroup: 'Tạo nhóm có bot',
  groupName: (name) => `Nhóm của ${name}`,
  group: (count) => `${count} thành viên`,
  chats: 'Các cuộc trò chuyện',
  addedBot: (who, whom) => `${who} đã thêm ${whom}`,
  leftBot: (whom) => `${whom} đã rời nhóm`,
  sms: 'Tin nhắn SMS',
  smsFrom: 'Tin nhắn SMS',
  smsEmpty: 'Chưa có SMS nào.',
  smsNone: 'Máy này không có số điện thoại.',
  copyCode: 'Sao chép mã',
  insertCode: 'Điền mã',
  noPhone: 'không có số',
  hint: 'Thông tin dùng thử',
  insert: (what) => `Điền «${what}» vào ô nhập`,
  people: 'Người dùng thử',
  showPhone: (name) => `Mở điện thoại của ${name}`,
  addPerson: 'Thêm người',
  firstName: 'Tên',
  phoneNumber: 'Số điện thoại (+84…)',
  add: 'Thêm',
  theme: 'Giao diện sáng, tối',
  themes: { auto: 'Theo máy', light: 'Sáng', dark: 'Tối' },
  today: 'Hôm nay',
  yesterday: 'Hôm qua',
  lost: 'Mất kết nối với máy mô phỏng. Đang thử lại…',
  back: 'Đã nối lại.',
  anew: 'Máy mô phỏng đã khởi động lại.',
  bench: 'Bàn thử',
  benchHint: 'Đặt trước sự cố để xem bot xử lý ra sao.',
  faults: 'Sự cố',
  ordered: 'Đang chờ xảy ra',
  noFaults: 'Không có sự cố nào đang chờ.',
  clearFaults: 'Bỏ hết',
  times: (count) => `còn ${count} lần`,
  calls: 'Lời gọi Bot API',
  noCalls: 'Chưa có lời gọi nào.',
  running: 'đang chạy',
  cut: 'bị cắt',
  limits: 'Giới hạn gửi như Telegram thật',
  faultOrders: [
    { label: 'Mạng chậm 3 giây', order: { kind: 'slow', delay: 3, times: 3 } },
    { label: 'Telegram lỗi 500', order: { kind: 'refuse', code: 500 } },
    { label: 'Telegram bảo chờ 5 giây (429)', order: { kind: 'refuse', code: 429, retry_after: 5 } },
    { label: 'Gửi xong mới đứt mạng', order: { kind: 'cut_after', method: 'sendMessage' } },
    { label: 'Đứt mạng trước khi gửi', order: { kind: 'cut_before', method: 'sendMessage' } },
    { label: 'SMS thất lạc', order: { kind: 'lost', method: 'sms' } },
    { label: 'Cổng SMS lỗi 503', order: { kind: 'refuse', method: 'sms', code: 503 } },
    { label: 'Cổng SMS không trả lời', order: { kind: 'hang_after', method: 'sms' } },
  ],
  disorders: [
    { label: 'Cập nhật kế tiếp đến hai lần', order: { duplicate: 1 } },
    { label: 'Ba cập nhật kế tiếp đến ngược thứ tự', order: { shuffle: 3 } },
    { label: 'Lặp lại lần bấm nút gần nhất', order: { repeat: 'callback_query' } },
    { label: 'Số cập nhật nhảy ngẫu nhiên', order: { jump: true } },
  ],
  faultKinds: {
    refuse: 'từ chối',
    slow: 'chậm',
    cut_before: 'cắt trước',
    cut_after: 'cắt sau',
    hang_before: 'treo trước',
    hang_after: 'treo sau',
    lost: 'thất lạc',
  },
  anyMethod: 'mọi lời gọi',
};

const ZONE = 'Asia/Ho_Chi_Minh';
const clock = new Intl.DateTimeFormat('vi-VN', { hour: '2-digit', minute: '2-digit', timeZone: ZONE });
const seconds = new Intl.DateTimeFormat('vi-VN', { timeStyle: 'medium', timeZone: ZONE });
const day = new Intl.DateTimeFormat('vi-VN', { day: 'numeric', month: 'long', timeZone: ZONE });
const key = new Intl.DateTimeFormat('en-CA', { dateStyle: 'short', timeZone: ZONE });

export const timeOf = (at) => clock.format(at * 1000);
export const exactTimeOf = (at) => seconds.format(at * 1000);
export const dayKey = (at) => key.format(at * 1000);

export function dayName(at) {
  const now = Date.now() / 1000;
  if (dayKey(at) === dayKey(now)) return words.today;
  if (dayKey(at) === dayKey(now - 86400)) return words.yesterday;
  return day.format(at * 1000);
}

export function sizeOf(bytes) {
  if (bytes < 1024) return `${bytes} B`;
  if (bytes < 1024 * 1024) return `${(bytes / 1024).toFixed(1).replace('.', ',')} KB`;
  return `${(bytes / 1024 / 1024).toFixed(1).replace('.', ',')} MB`;
}

export function shownPhone(phone) {
  const local = phone.replace(/^\+84/, '0');
  return local.replace(/^(\d{4})(\d{3})(\d{3})$/, '$1 $2 $3');
}
