#pragma once

#include <cstddef>
#include <string>
#include <vector>

namespace swimsim {

// What the pages of runs and studies are built from. Texts are escaped here, `content` is markup.

std::string html_paragraph(const std::string& text);

/// A heading and what is under it; nothing without content.
std::string html_section(const std::string& title, const std::string& content);

/// A box that is seen first.
std::string html_warning(const std::string& text);

/// A bulleted list; nothing without items.
std::string html_list(const std::vector<std::string>& items);

/// Builds one table in a box that scrolls sideways on a narrow screen. Cells are text.
class HtmlTable {
 public:
  /// The first `words` columns are words and stand left; numbers stand right.
  HtmlTable(const std::string& caption, const std::vector<std::string>& head, std::size_t words);

  /// `link` goes behind the first cell: a path relative to the page, "" for none.
  void row(const std::vector<std::string>& cells, bool starts_group = false, const std::string& link = "");

  std::string finish() const;

 private:
  std::size_t words_;
  std::string html_;
};

}  // namespace swimsim
