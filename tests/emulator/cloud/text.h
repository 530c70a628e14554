// Text helpers over std::string_view. Debian 12's abseil is built with a string_view of its own,
// which std::string_view does not convert to.
#pragma once

#include <charconv>
#include <concepts>
#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace emulator {

// A part of StrCat: text or a whole number.
class Piece {
 public:
  Piece(const char* text) : text_(text) {}         // implicit: StrCat("a", text)
  Piece(const std::string& text) : text_(text) {}  // likewise implicit
  Piece(std::string_view text) : text_(text) {}    // likewise implicit
  template <std::integral Number>
  requires(!std::same_as<Number, char> && !std::same_as<Number, bool>)
      Piece(Number number)  // likewise implicit
      : text_(digits_, std::to_chars(digits_, digits_ + sizeof digits_, number).ptr) {}
  Piece(const Piece&) = delete;
  Piece& operator=(const Piece&) = delete;

  std::string_view text() const { return text_; }

 private:
  char digits_[24] = {};
  std::string_view text_;
};

void AppendPieces(std::string& out, std::initializer_list<std::string_view> pieces);

template <class... Pieces>
void StrAppend(std::string* out, const Pieces&... pieces) {
  AppendPieces(*out, {Piece(pieces).text()...});
}

template <class... Pieces>
std::string StrCat(const Pieces&... pieces) {
  std::string out;
  AppendPieces(out, {Piece(pieces).text()...});
  return out;
}

// The parts between separators; Split keeps empty ones, SplitWords drops them.
std::vector<std::string> Split(std::string_view text, char separator);
std::vector<std::string> SplitWords(std::string_view text, char separator);
// What is before and after the first separator; all and nothing if there is none.
std::pair<std::string, std::string> SplitOnce(std::string_view text, char separator);
std::string Join(const std::vector<std::string>& parts, std::string_view separator);

inline bool StartsWith(std::string_view text, std::string_view start) {
  return text.substr(0, start.size()) == start;
}
inline bool EndsWith(std::string_view text, std::string_view end) {
  return text.size() >= end.size() && text.substr(text.size() - end.size()) == end;
}
inline bool Contains(std::string_view text, std::string_view part) {
  return text.find(part) != std::string_view::npos;
}
// Remove the start or end if it is there, and say whether it was.
bool ConsumePrefix(std::string_view* text, std::string_view start);
bool ConsumeSuffix(std::string_view* text, std::string_view end);

// ASCII only.
bool IsDigit(char c);
bool IsUpper(char c);
bool IsLower(char c);
bool IsAlnum(char c);
bool IsHexDigit(char c);
std::string ToLower(std::string_view text);
std::string ToUpper(std::string_view text);
bool EqualsIgnoreCase(std::string_view a, std::string_view b);
bool ContainsIgnoreCase(std::string_view text, std::string_view part);
std::string_view Strip(std::string_view text);  // without space at both ends

// The whole text as a number. False, and `out` unchanged, if it is none or does not fit.
template <std::integral Number>
bool ReadNumber(std::string_view text, Number* out, int base = 10) {
  Number value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value, base);
  if (text.empty() || error != std::errc() || end != text.data() + text.size()) return false;
  *out = value;
  return true;
}

}  // namespace emulator
