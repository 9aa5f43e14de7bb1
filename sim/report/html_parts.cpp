#include "sim/report/html_parts.h"

#include <fmt/format.h>

#include "sim/report/markup.h"

namespace swimsim {

std::string html_paragraph(const std::string& text) { return "<p>" + escape_markup(text) + "</p>\n"; }

std::string html_section(const std::string& title, const std::string& content) {
  if (content.empty()) return "";
  return "<section>\n<h2>" + escape_markup(title) + "</h2>\n" + content + "</section>\n";
}

std::string html_warning(const std::string& text) { return "<div class=\"warn\" role=\"note\">" + html_paragraph(text) + "</div>\n"; }

std::string html_list(const std::vector<std::string>& items) {
  if (items.empty()) return "";
  std::string html = "<ul>\n";
  for (const std::string& item : items) html += "<li>" + escape_markup(item) + "</li>\n";
  return html + "</ul>\n";
}

HtmlTable::HtmlTable(const std::string& caption, const std::vector<std::string>& head, std::size_t words) : words_(words) {
  html_ =
      fmt::format("<div class=\"scroll\" role=\"region\" tabindex=\"0\" aria-label=\"{0}\">\n<table>\n<caption>{0}</caption>\n<thead><tr>",
                  escape_markup(caption));
  for (std::size_t c = 0; c < head.size(); ++c) {
    html_ += fmt::format("<th scope=\"col\"{}>{}</th>", c < words_ ? " class=\"w\"" : "", escape_markup(head[c]));
  }
  html_ += "</tr></thead>\n<tbody>\n";
}

void HtmlTable::row(const std::vector<std::string>& cells, bool starts_group, const std::string& link) {
  html_ += starts_group ? "<tr class=\"g\">" : "<tr>";
  for (std::size_t c = 0; c < cells.size(); ++c) {
    std::string text = escape_markup(cells[c]);
    if (c == 0 && !link.empty()) text = fmt::format("<a href=\"{}\">{}</a>", escape_markup(link), text);
    html_ += c == 0 ? fmt::format("<th scope=\"row\" class=\"w\">{}</th>", text)
                    : fmt::format("<td{}>{}</td>", c < words_ ? " class=\"w\"" : "", text);
  }
  html_ += "</tr>\n";
}

std::string HtmlTable::finish() const { return html_ + "</tbody>\n</table>\n</div>\n"; }

}  // namespace swimsim
