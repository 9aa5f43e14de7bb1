#pragma once

#include <cctype>
#include <set>
#include <string>
#include <vector>

namespace swimsim::testing {

/// "" if the text is well-formed XML as far as elements, attributes, references and unique ids go; otherwise what is wrong.
inline std::string xml_problem(const std::string& text) {
  std::vector<std::string> open;
  std::set<std::string> ids;
  std::size_t roots = 0;
  const auto reference_ok = [&](std::size_t at) {
    for (const char* known : {"&amp;", "&lt;", "&gt;", "&quot;", "&#39;"}) {
      if (text.compare(at, std::string(known).size(), known) == 0) return true;
    }
    return false;
  };
  for (std::size_t i = 0; i < text.size();) {
    if (text[i] == '&' && !reference_ok(i)) return "bare & at " + std::to_string(i);
    if (text[i] == '>') return "bare > at " + std::to_string(i);
    if (text[i] != '<') {
      if (open.empty() && !std::isspace(static_cast<unsigned char>(text[i]))) return "text outside the root";
      ++i;
      continue;
    }
    if (text.compare(i, 5, "<?xml") == 0) {
      if (i != 0) return "declaration not at the start";
      i = text.find("?>") + 2;
      continue;
    }
    const bool closing = text[i + 1] == '/';
    std::size_t j = i + 1 + closing;
    std::string name;
    while (j < text.size() && (std::isalnum(static_cast<unsigned char>(text[j])) || text[j] == '-')) name += text[j++];
    if (name.empty()) return "no element name at " + std::to_string(i);
    std::set<std::string> attributes;
    while (j < text.size() && text[j] != '>' && text[j] != '/') {
      if (!std::isspace(static_cast<unsigned char>(text[j++]))) return "no space before an attribute of " + name;
      std::string attribute;
      while (j < text.size() && text[j] != '=' && text[j] != '>') attribute += text[j++];
      if (text.compare(j, 2, "=\"") != 0) return "attribute " + attribute + " without quotes";
      const std::size_t start = j + 2;
      j = text.find('"', start);
      if (j == std::string::npos) return "attribute " + attribute + " without an end";
      const std::string value = text.substr(start, j++ - start);
      if (value.find('<') != std::string::npos) return "a < in attribute " + attribute;
      for (std::size_t k = start; k < start + value.size(); ++k) {
        if (text[k] == '&' && !reference_ok(k)) return "bare & in attribute " + attribute;
      }
      if (!attributes.insert(attribute).second) return "attribute " + attribute + " twice";
      if (attribute == "id" && !ids.insert(value).second) return "id " + value + " twice";
    }
    const bool empty = j < text.size() && text[j] == '/';
    j += empty;
    if (j >= text.size() || text[j] != '>') return "element " + name + " without an end";
    if (closing) {
      if (open.empty() || open.back() != name) return "unexpected </" + name + ">";
      open.pop_back();
    } else {
      roots += open.empty();
      if (!empty) open.push_back(name);
    }
    i = j + 1;
  }
  if (!open.empty()) return "<" + open.back() + "> is not closed";
  return roots == 1 ? "" : "not exactly one root";
}

}  // namespace swimsim::testing
