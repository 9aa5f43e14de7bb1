#include "models/common/yaml_document.h"

#include <fmt/format.h>
#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/parser.h>

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <sstream>
#include <utility>

namespace swimsim {

namespace {

constexpr std::size_t kDeepest = 32;
constexpr std::size_t kMostNodes = 20000;
constexpr std::size_t kMostMistakes = 100;

/// Thrown by the handler to leave the parser; what happened is already among the mistakes.
struct GiveUp {};

/// Builds the tree from the parser's events and notes what is refused.
class TreeBuilder final : public YAML::EventHandler {
 public:
  TreeBuilder(const std::string& file, YamlDocument& document) : file_(file), document_(document) {}

  bool has_document() const { return documents_ > 0; }

  void OnDocumentStart(const YAML::Mark& mark) override {
    if (documents_++ == 0) return;
    complain(place(mark), "a second document starts here; a file holds one, without '---' inside it");
    throw GiveUp{};
  }
  void OnDocumentEnd() override {}

  void OnNull(const YAML::Mark& mark, YAML::anchor_t) override { add_leaf(start(YamlNode::Kind::empty, mark)); }

  void OnAlias(const YAML::Mark& mark, YAML::anchor_t) override {
    complain(place(mark), "an alias ('*name') is not allowed here; write the value out");
    add_leaf(start(YamlNode::Kind::refused, mark));
  }

  void OnAnchor(const YAML::Mark& mark, const std::string& name) override {
    complain(place(mark), fmt::format("an anchor ('&{}') is not allowed here", name));
  }

  void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t, const std::string& value) override {
    check_tag(mark, tag);
    YamlNode node = start(YamlNode::Kind::scalar, mark);
    node.text = value;
    node.quoted = tag == "!";
    add_leaf(std::move(node));
  }

  void OnSequenceStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t, YAML::EmitterStyle::value) override {
    open(YamlNode::Kind::sequence, mark, tag);
  }
  void OnMapStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t, YAML::EmitterStyle::value) override {
    open(YamlNode::Kind::mapping, mark, tag);
  }
  void OnSequenceEnd() override { close(); }
  void OnMapEnd() override { close(); }

 private:
  struct Frame {
    YamlNode node;
    std::optional<YamlEntry> pending;  ///< key that waits for its value
    bool refused_key = false;          ///< its value is dropped
    std::map<std::string, SourcePlace> seen;
  };

  SourcePlace place(const YAML::Mark& mark) const { return {file_, mark.line + 1, mark.column + 1}; }

  void complain(SourcePlace where, std::string message) {
    document_.mistakes.push_back({std::move(where), std::move(message)});
    if (document_.mistakes.size() < kMostMistakes) return;
    document_.mistakes.push_back({{file_, 0, 0}, "too many mistakes; the rest is not shown"});
    throw GiveUp{};
  }

  void check_tag(const YAML::Mark& mark, const std::string& tag) {
    if (tag.empty() || tag == "?" || tag == "!") return;
    complain(place(mark), fmt::format("a tag ('{}') is not allowed here", tag));
  }

  YamlNode start(YamlNode::Kind kind, const YAML::Mark& mark) {
    if (++nodes_ > kMostNodes) {
      complain(place(mark), fmt::format("more than {} values in one file", kMostNodes));
      throw GiveUp{};
    }
    YamlNode node;
    node.kind = kind;
    node.place = place(mark);
    return node;
  }

  void open(YamlNode::Kind kind, const YAML::Mark& mark, const std::string& tag) {
    check_tag(mark, tag == "!" ? "!" : tag);
    if (stack_.size() >= kDeepest) {
      complain(place(mark), fmt::format("nested deeper than {} levels", kDeepest));
      throw GiveUp{};
    }
    Frame frame;
    frame.node = start(kind, mark);
    stack_.push_back(std::move(frame));
  }

  void close() {
    YamlNode node = std::move(stack_.back().node);
    stack_.pop_back();
    add(std::move(node));
  }

  void add_leaf(YamlNode node) { add(std::move(node)); }

  void add(YamlNode node) {
    if (stack_.empty()) {
      document_.root = std::move(node);
      return;
    }
    Frame& frame = stack_.back();
    if (frame.node.kind == YamlNode::Kind::sequence) {
      frame.node.items.push_back(std::move(node));
    } else if (frame.pending || frame.refused_key) {
      add_value(frame, std::move(node));
    } else {
      add_key(frame, std::move(node));
    }
  }

  void add_key(Frame& frame, YamlNode node) {
    if (node.kind != YamlNode::Kind::scalar) {
      frame.refused_key = true;
      if (node.kind != YamlNode::Kind::refused) complain(node.place, fmt::format("a key must be a word, not {}", describe(node)));
      return;
    }
    const auto [first, fresh] = frame.seen.emplace(node.text, node.place);
    if (!fresh) {
      frame.refused_key = true;
      complain(node.place, fmt::format("key '{}' appears twice; it was first given at line {}, column {}", node.text, first->second.line,
                                       first->second.column));
      return;
    }
    frame.pending = YamlEntry{std::move(node.text), std::move(node.place), {}};
  }

  void add_value(Frame& frame, YamlNode node) {
    if (frame.pending) {
      frame.pending->value = std::move(node);
      // yaml-cpp marks a missing value somewhere after it; the key is where the reader should look.
      if (frame.pending->value.kind == YamlNode::Kind::empty) frame.pending->value.place = frame.pending->place;
      frame.node.entries.push_back(std::move(*frame.pending));
    }
    frame.pending.reset();
    frame.refused_key = false;
  }

  std::string file_;
  YamlDocument& document_;
  std::vector<Frame> stack_;
  std::size_t nodes_ = 0;
  int documents_ = 0;
};

/// Bytes of the UTF-8 character at the start, 0 if it is not valid (overlong, surrogate, beyond U+10FFFF).
std::size_t utf8_length(std::string_view text) {
  const auto byte = [&](std::size_t i) { return static_cast<std::uint8_t>(text[i]); };
  const std::uint8_t first = byte(0);
  if (first < 0x80) return 1;
  const std::size_t length = first >= 0xF0 ? 4 : first >= 0xE0 ? 3 : 2;
  if (first < 0xC2 || first > 0xF4 || text.size() < length) return 0;
  for (std::size_t i = 1; i < length; ++i) {
    if ((byte(i) & 0xC0) != 0x80) return 0;
  }
  const std::uint8_t second = byte(1);
  if ((first == 0xE0 && second < 0xA0) || (first == 0xED && second > 0x9F)) return 0;
  if ((first == 0xF0 && second < 0x90) || (first == 0xF4 && second > 0x8F)) return 0;
  return length;
}

/// Notes what no text file should contain; false if the text cannot be parsed.
bool check_characters(std::string_view text, const std::string& file, std::vector<Diagnostic>& mistakes) {
  SourcePlace place{file, 1, 1};
  bool comment = false;
  char previous = '\n';
  int tabs = 0;
  for (std::size_t i = 0; i < text.size();) {
    const char c = text[i];
    const std::size_t length = utf8_length(text.substr(i));
    if (length == 0) {
      mistakes.push_back({place, "not valid UTF-8 text"});
      return false;
    }
    if (c == '\n') {
      ++place.line;
      place.column = 0;
      comment = false;
    }
    if (c == '#' && (previous == ' ' || previous == '\n' || previous == '\t')) comment = true;
    const auto code = static_cast<unsigned char>(c);
    if ((code < 0x20 && c != '\n' && c != '\r' && c != '\t') || code == 0x7F) {
      mistakes.push_back({place, fmt::format("control character 0x{:02X}; this is not a text file", code)});
      return false;
    }
    if (c == '\t' && !comment && tabs++ < 5) mistakes.push_back({place, "a tab; YAML wants spaces"});
    ++place.column;
    previous = c;
    i += length;
  }
  return tabs == 0;
}

/// Ends the document where the text ends: yaml-cpp takes the end of the file for the end of a quoted text that is left open.
constexpr std::string_view kDocumentEnd = "\n...\n";

std::string readable(std::string message) {
  if (message == "illegal document indicator in scalar") return "not valid YAML: a quoted text is not closed";
  if (!message.empty() && message.back() == '.') message.pop_back();
  return "not valid YAML: " + message;
}

}  // namespace

const YamlNode* YamlNode::find(std::string_view key) const {
  for (const YamlEntry& entry : entries) {
    if (entry.key == key) return &entry.value;
  }
  return nullptr;
}

std::string describe(const YamlNode& node) {
  switch (node.kind) {
    case YamlNode::Kind::empty:
      return "nothing";
    case YamlNode::Kind::scalar:
      return fmt::format("'{}'", node.text.size() > 60 ? node.text.substr(0, 57) + "..." : node.text);
    case YamlNode::Kind::sequence:
      return "a list";
    case YamlNode::Kind::mapping:
      return "a group of keys";
    case YamlNode::Kind::refused:
      break;
  }
  return "something unreadable";
}

YamlDocument parse_yaml(std::string_view text, const std::string& file) {
  YamlDocument document;
  document.root.place = {file, 0, 0};
  if (text.size() > kLargestYamlBytes) {
    document.mistakes.push_back({{file, 0, 0}, fmt::format("{} bytes; a descriptor has at most {}", text.size(), kLargestYamlBytes)});
    return document;
  }
  if (!check_characters(text, file, document.mistakes)) return document;
  TreeBuilder builder(file, document);
  try {
    std::istringstream stream{std::string(text).append(kDocumentEnd)};
    YAML::Parser parser(stream);
    while (parser.HandleNextDocument(builder)) {
    }
  } catch (const GiveUp&) {
    return document;
  } catch (const YAML::Exception& error) {
    const SourcePlace place =
        error.mark.is_null() ? SourcePlace{file, 0, 0} : SourcePlace{file, error.mark.line + 1, error.mark.column + 1};
    document.mistakes.push_back({place, readable(error.msg)});
    return document;
  }
  const bool nothing = !builder.has_document() || document.root.kind == YamlNode::Kind::empty;
  if (nothing && document.mistakes.empty()) document.mistakes.push_back({{file, 0, 0}, std::string(kEmptyYaml)});
  return document;
}

std::string yaml_scalar(std::string_view text) {
  const auto safe = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '/' || c == '.' || c == '-' ||
           c == ' ';
  };
  bool plain = !text.empty() && text.front() != '-' && text.front() != ' ' && text.back() != ' ' && text != "null" && text != "Null" &&
               text != "NULL";
  for (const char c : text) plain = plain && safe(c);
  if (plain) return std::string(text);
  std::string quoted = "\"";
  for (const char c : text) {
    const auto code = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\')
      quoted += fmt::format("\\{}", c);
    else if (code < 0x20 || code == 0x7F)
      quoted += fmt::format("\\x{:02X}", code);
    else
      quoted += c;
  }
  return quoted + "\"";
}

}  // namespace swimsim
