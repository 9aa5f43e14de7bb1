#include "models/common/words.h"

#include <gtest/gtest.h>

namespace swimsim {
namespace {

const std::vector<std::string> known{"swim", "magnitude", "random", "all", "none", "tile_cols"};

TEST(NearestWord, FindsTyposAndNothingElse) {
  EXPECT_EQ(nearest_word("swin", known), "swim");
  EXPECT_EQ(nearest_word("wsim", known), "swim");  // swapped neighbours
  EXPECT_EQ(nearest_word("Swim", known), "swim");
  EXPECT_EQ(nearest_word("magnitud", known), "magnitude");
  EXPECT_EQ(nearest_word("tile-cols", known), "tile_cols");
  EXPECT_EQ(nearest_word("tile_columns", known), "tile_cols");
  EXPECT_EQ(nearest_word("hessian", known), "");
  EXPECT_EQ(nearest_word("", known), "");
  EXPECT_EQ(nearest_word(std::string(1000, 'a'), known), "");
}

TEST(Suggestion, ListsAllWhenNothingIsNear) {
  EXPECT_EQ(suggestion("swin", known), "; did you mean 'swim'?");
  EXPECT_EQ(suggestion("zzz", {"a_long_one", "b_long_one"}), "; known: a_long_one, b_long_one");
  EXPECT_EQ(suggestion("zzz", {}), "");
}

}  // namespace
}  // namespace swimsim
