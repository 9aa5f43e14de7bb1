#include "models/common/yaml_document.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

namespace swimsim {
namespace {

using testing::HasSubstr;

std::string all_mistakes(const YamlDocument& document) {
  std::string text;
  for (const Diagnostic& mistake : document.mistakes) text += to_string(mistake) + "\n";
  return text;
}

TEST(ParseYaml, KeepsPlacesOfKeysAndValues) {
  const YamlDocument document = parse_yaml("# comment\na: 1\nb:\n  c: [x, 'y z']\n", "f.yaml");
  ASSERT_EQ(all_mistakes(document), "");
  const YamlNode* list = document.root.find("b")->find("c");
  ASSERT_NE(list, nullptr);
  ASSERT_EQ(list->items.size(), 2U);
  EXPECT_EQ(list->items[1].text, "y z");
  EXPECT_TRUE(list->items[1].quoted);
  EXPECT_FALSE(list->items[0].quoted);
  EXPECT_EQ(list->items[0].place.line, 4);
  EXPECT_EQ(list->items[0].place.column, 7);
  EXPECT_EQ(document.root.entries[1].place.line, 3);
  EXPECT_EQ(document.root.entries[1].place.column, 1);
  EXPECT_EQ(document.root.find("missing"), nullptr);
}

struct Trap {
  std::string text, expected;
};

class YamlTraps : public testing::TestWithParam<Trap> {};

TEST_P(YamlTraps, AreRefused) { EXPECT_THAT(all_mistakes(parse_yaml(GetParam().text, "f.yaml")), HasSubstr(GetParam().expected)); }

INSTANTIATE_TEST_SUITE_P(
    All, YamlTraps,
    testing::Values(Trap{"a: 1\nb: 2\na: 3\n", "f.yaml:3:1: key 'a' appears twice; it was first given at line 1, column 1"},
                    Trap{"a: {x: 1, x: 2}", "f.yaml:1:11: key 'x' appears twice"},
                    Trap{"a: &anchor 1\n", "an anchor ('&anchor') is not allowed"},
                    Trap{"a: &x [*x]\n", "an alias ('*name') is not allowed"}, Trap{"a: &x 1\nb: *x\n", "f.yaml:2:4: an alias"},
                    Trap{"a: !!int 1\n", "a tag"}, Trap{"a: !mine {b: 1}\n", "a tag"}, Trap{"a: 1\n---\nb: 2\n", "a second document"},
                    Trap{"a: 1\n...\nb: 2\n", "f.yaml"}, Trap{"a:\tb\n", "f.yaml:1:3: a tab"}, Trap{"a:\n\tb: 1\n", "f.yaml:2:1: a tab"},
                    Trap{std::string("a: \0b\n", 6), "f.yaml:1:4: control character 0x00"},
                    Trap{"a: \xFF\xFE\n", "f.yaml:1:4: not valid UTF-8"}, Trap{"a: \xC0\xAF\n", "not valid UTF-8"},
                    Trap{"a: \xED\xA0\x80\n", "not valid UTF-8"}, Trap{"a: \xE2\x82", "not valid UTF-8"}, Trap{"", "the file is empty"},
                    Trap{"# nothing\n", "the file is empty"}, Trap{"a: [1, 2\n", "not valid YAML"},
                    Trap{"a: 'x\n", "a quoted text is not closed"}, Trap{"a: \"x\nb: 1", "a quoted text is not closed"},
                    Trap{"a: b: c\n", "f.yaml:1:5: not valid YAML"}, Trap{"? [a, b]\n: 1\n", "a key must be a word, not a list"},
                    Trap{"{a: 1}: 2\n", "a key must be a word"}, Trap{"~: 2\n", "a key must be a word, not nothing"},
                    Trap{std::string(100, '['), "nested deeper than 32"}, Trap{std::string(100'000, '['), "nested deeper than 32"},
                    Trap{std::string(std::size_t{2} << 20, 'a'), "bytes; a descriptor has at most 1048576"}));

TEST(ParseYaml, RefusesTooManyValues) {
  std::string text = "[";
  for (int i = 0; i < 30'000; ++i) text += "1,";
  EXPECT_THAT(all_mistakes(parse_yaml(text + "1]", "f.yaml")), HasSubstr("more than 20000 values"));
}

TEST(ParseYaml, AliasBombCostsNothing) {
  std::string text = "a0: &a0 [x, x, x, x, x, x, x, x, x]\n";
  for (int i = 1; i < 30; ++i) {
    text += "a" + std::to_string(i) + ": &a" + std::to_string(i) + " [";
    for (int j = 0; j < 9; ++j) text += (j ? ", *a" : "*a") + std::to_string(i - 1);
    text += "]\n";
  }
  const YamlDocument document = parse_yaml(text, "bomb.yaml");
  EXPECT_THAT(all_mistakes(document), HasSubstr("bomb.yaml:2:"));
  EXPECT_LE(document.mistakes.size(), 102U);
}

TEST(ParseYaml, CollectsAllMistakes) { EXPECT_EQ(parse_yaml("a: &x 1\na: 2\nb: *x\nc: !t 3\n", "f").mistakes.size(), 4U); }

TEST(ParseYaml, TabsInCommentsAreFine) { EXPECT_EQ(all_mistakes(parse_yaml("a: 1 # a\tb\n#\tc\n", "f")), ""); }

TEST(ParseYaml, EmptyValuesAreSeenAtTheirKey) {
  const YamlDocument document = parse_yaml("a:\nb: ~\nc: {d: 1,5}\n", "f");
  EXPECT_EQ(document.root.find("a")->kind, YamlNode::Kind::empty);
  EXPECT_EQ(document.root.find("a")->place.line, 1);
  EXPECT_EQ(document.root.find("b")->kind, YamlNode::Kind::empty);
  EXPECT_EQ(document.root.find("c")->find("5")->kind, YamlNode::Kind::empty);
}

TEST(YamlScalar, ReadsBackTheSame) {
  for (const std::string text : {"swim", "10 ns", "a/b.onnx", "a: b", "#x", "it's", "say \"x\"", "back\\slash", "", " ", "null", "~", "[x]",
                                 "-1", "- x", "\xC3\xA9", "tab\there", "0.06"}) {
    const YamlDocument document = parse_yaml("k: " + yaml_scalar(text) + "\n", "f");
    ASSERT_EQ(all_mistakes(document), "") << text;
    ASSERT_EQ(document.root.find("k")->kind, YamlNode::Kind::scalar) << text;
    EXPECT_EQ(document.root.find("k")->text, text);
  }
}

}  // namespace
}  // namespace swimsim
