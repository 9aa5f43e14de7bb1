#include "models/device/card_reader.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

namespace swimsim {
namespace {

using testing::HasSubstr;

std::vector<DeviceKernel> kernels() {
  DeviceKernel kernel;
  kernel.name = "toy";
  kernel.title = "a toy";
  kernel.parameters = {{"g_max", Dimension::conductance, 1e-9, 1e-2, {}, "largest conductance"},
                       {"sigma", Dimension::fraction, 0, 1, {}, "scatter"},
                       {"law", Dimension::number, 0, 0, {"poisson", "geometric"}, "law"}};
  return {kernel};
}

const std::string good = R"(schema: swimsim-card/1
name: toy_card
kernel: toy
title: a card
parameters:
  sigma: {value: 0.1, kind: measured, source: "Table 1"}
  g_max: {value: 60 uS, kind: illustrative, source: unsourced, description: mine}
  law: {value: poisson, kind: derived, source: x}
)";

std::string replaced(std::string text, const std::string& from, const std::string& to) {
  const std::size_t at = text.find(from);
  EXPECT_NE(at, std::string::npos) << from;
  return text.replace(at, from.size(), to);
}

std::string mistakes_in(const std::string& text) {
  std::string all;
  for (const Diagnostic& mistake : read_card(text, "toy.yaml", kernels()).mistakes) all += to_string(mistake) + "\n";
  return all;
}

TEST(ReadCard, ReadsValuesInSi) {
  const CardOrErrors result = read_card(good, "toy.yaml", kernels());
  ASSERT_TRUE(result.card.has_value());
  const Card& card = *result.card;
  EXPECT_EQ(card.name, "toy_card");
  EXPECT_EQ(card.number("g_max"), 60e-6);
  EXPECT_EQ(card.number("sigma"), 0.1);
  EXPECT_EQ(card.text("law"), "poisson");
  EXPECT_EQ(card.parameters[0].name, "g_max");  // the kernel's order
  EXPECT_EQ(card.find("g_max")->unit, "S");
  EXPECT_EQ(card.find("g_max")->description, "mine");
  EXPECT_EQ(card.find("sigma")->description, "scatter");
  EXPECT_EQ(card.find("sigma")->source, "Table 1");
  EXPECT_THROW(static_cast<void>(card.number("law")), std::logic_error);
  EXPECT_THROW(static_cast<void>(card.number("nothing")), std::logic_error);
}

TEST(ReadCard, EveryMistakeHasItsPlace) {
  EXPECT_THAT(mistakes_in(replaced(good, "card/1", "card/9")),
              HasSubstr("toy.yaml:1:9: schema 'swimsim-card/9' is not known; expected swimsim-card/1"));
  EXPECT_THAT(mistakes_in(replaced(good, "kernel: toy", "kernel: toi")),
              HasSubstr("toy.yaml:3:9: unknown device kernel 'toi'; did you mean 'toy'?"));
  EXPECT_THAT(mistakes_in(replaced(good, "  sigma:", "  sigmma:")),
              HasSubstr("toy.yaml:6:3: kernel 'toy' has no parameter 'sigmma'; did you mean 'sigma'?"));
  EXPECT_THAT(mistakes_in(replaced(good, "  sigma:", "  sigmma:")), HasSubstr("parameter 'sigma' is missing"));
  EXPECT_THAT(mistakes_in(replaced(good, "60 uS", "60")),
              HasSubstr("toy.yaml:7:18: g_max: '60' lacks its unit; a conductance needs one of S, mS"));
  EXPECT_THAT(mistakes_in(replaced(good, "60 uS", "60 V")), HasSubstr("'V' is a unit of voltage"));
  EXPECT_THAT(mistakes_in(replaced(good, "60 uS", "60 S")), HasSubstr("60 S is out of range; expected 1 nS to 10 mS"));
  EXPECT_THAT(mistakes_in(replaced(good, "value: poisson", "value: poison")),
              HasSubstr("'poison' is not one of poisson, geometric; did you mean 'poisson'?"));
  EXPECT_THAT(mistakes_in(replaced(good, "kind: measured", "kind: guessed")), HasSubstr("'guessed' is not one of measured, fitted"));
  EXPECT_THAT(mistakes_in(replaced(good, ", source: \"Table 1\"", "")), HasSubstr("parameter 'sigma' lacks 'source'"));
  EXPECT_THAT(mistakes_in(replaced(good, "{value: 0.1, kind: measured, source: \"Table 1\"}", "0.1")),
              HasSubstr("parameter 'sigma' wants {value: ..."));
  EXPECT_THAT(mistakes_in(replaced(good, "name: toy_card\n", "")), HasSubstr("toy.yaml: key 'name' is missing"));
  EXPECT_THAT(mistakes_in("[1]"), HasSubstr("a card is a group of keys"));
  EXPECT_THAT(mistakes_in(""), HasSubstr("the file is empty"));
}

TEST(ReadCard, CollectsMistakes) {
  const std::string text =
      replaced(replaced(replaced(good, "60 uS", "60"), "value: poisson", "value: x"), "title: a card", "titel: a card");
  EXPECT_EQ(read_card(text, "toy.yaml", kernels()).mistakes.size(), 4U);
}

TEST(ApplySetting, ChangesAndChecks) {
  Card card = *read_card(good, "toy.yaml", kernels()).card;
  const SourcePlace place{"w.yaml", 3, 4};
  EXPECT_FALSE(apply_setting(card, "sigma", "20 %", place, kernels()).has_value());
  EXPECT_EQ(card.number("sigma"), 0.2);
  EXPECT_EQ(card.find("sigma")->kind, "illustrative");
  EXPECT_EQ(card.find("sigma")->source, "set by the workload");
  EXPECT_THAT(to_string(*apply_setting(card, "sigm", "1", place, kernels())),
              HasSubstr("w.yaml:3:4: card 'toy_card' has no parameter 'sigm'; did you mean 'sigma'?"));
  EXPECT_THAT(to_string(*apply_setting(card, "sigma", "2", place, kernels())), HasSubstr("sigma: 2 is out of range; expected 0 to 1"));
  EXPECT_THAT(to_string(*apply_setting(card, "g_max", "2", place, kernels())), HasSubstr("lacks its unit"));
  EXPECT_EQ(card.number("sigma"), 0.2);
}

TEST(ApplySetting, AnEqualValueKeepsItsSource) {
  Card card = *read_card(good, "toy.yaml", kernels()).card;
  EXPECT_FALSE(apply_setting(card, "g_max", "0.06 mS", {}, kernels()).has_value());
  EXPECT_EQ(card.find("g_max")->source, "unsourced");
}

TEST(BuiltinCards, AreSound) {
  ASSERT_FALSE(builtin_cards().empty());
  for (const EmbeddedFile& file : builtin_cards()) {
    const CardOrErrors result = load_card(std::string(file.name), "", {});
    for (const Diagnostic& mistake : result.mistakes) ADD_FAILURE() << to_string(mistake);
    ASSERT_TRUE(result.card.has_value());
    EXPECT_EQ(result.card->name, file.name);
  }
}

TEST(LoadCard, SaysWhatItLookedFor) {
  const CardOrErrors unknown = load_card("swim_puls", "", {"w.yaml", 1, 2});
  EXPECT_THAT(to_string(unknown.mistakes.at(0)), HasSubstr("w.yaml:1:2: unknown device card 'swim_puls'; did you mean 'swim_pulse'?"));
  const CardOrErrors missing = load_card("mine.yaml", "/nowhere", {"w.yaml", 1, 2});
  EXPECT_THAT(to_string(missing.mistakes.at(0)), HasSubstr("w.yaml:1:2: device card /nowhere/mine.yaml: cannot be opened"));
}

}  // namespace
}  // namespace swimsim
