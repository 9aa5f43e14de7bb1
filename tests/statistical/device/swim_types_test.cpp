// U-SWIM's device types: the scatter hangs on the level. 40,000 cells a level: a standard deviation is known within 0.4 %, 3 % is allowed.
#include <gtest/gtest.h>

#include <cmath>
#include <string>
#include <vector>

#include "models/common/random.h"
#include "models/device/card_reader.h"

namespace swimsim {
namespace {

struct Type {
  const char* card;
  double outer, mid;  ///< of the four levels, over sigma: reference figures, from sigma f / sqrt(0.4 f^2 + 0.6)
};

constexpr Type kTypes[] = {
    {"swim_rram1", 1, 1}, {"swim_fefet2", 0.674, 1.348}, {"swim_rram4", 0.378, 1.512}, {"swim_fefet6", 0.258, 1.549}};

/// Errors of many cells at one target over the range, blind or verified.
class LevelErrors {
 public:
  explicit LevelErrors(Card card) : card_(std::move(card)) {
    card_.find("sigma_unit")->value = std::string("full_scale");
    device_ = find_kernel(card_.kernel)->make(card_, {});
  }

  struct Written {
    float target_S;
    std::vector<float> g_S, noise;
  };
  Written write(double share, bool verified) const {
    constexpr std::uint32_t kCells = 40'000;
    const double range_S = device_->g_max_S() - device_->g_min_S();
    const auto target_S = static_cast<float>(device_->g_min_S() + share * range_S);
    const std::vector<float> target(kCells, target_S);
    std::vector<float> g_S(kCells, 0.0F), noise(kCells);
    const std::vector<std::uint8_t> active(kCells, 1);
    const std::vector<std::uint32_t> one(kCells, 1);
    for (std::uint32_t i = 0; i < kCells; ++i) {
      DrawId id;
      id.seed = 3;
      id.purpose = verified ? Purpose::verified_state : Purpose::blind_write;
      id.weight = i;
      noise[i] = random_normal(id);
    }
    CellRow row;
    row.columns = kCells;
    row.g_S = g_S.data();
    row.target_S = target.data();
    row.active = active.data();
    if (verified)
      device_->counted_cycle(row, {one.data(), one.data(), noise.data()});
    else
      device_->blind_write(row, noise.data());
    return {target_S, g_S, noise};
  }

  double sigma_at(double share, bool verified) const {
    double squares = 0;
    const Written written = write(share, verified);
    for (const float g_S : written.g_S) squares += std::pow(static_cast<double>(g_S) - written.target_S, 2);
    const double range_S = device_->g_max_S() - device_->g_min_S();
    return std::sqrt(squares / static_cast<double>(written.g_S.size())) / range_S / card_.number(verified ? "sigma_after" : "sigma_before");
  }

 private:
  Card card_;
  std::unique_ptr<Device> device_;
};

Card shipped(const std::string& name) { return *load_card(name, "", {}).card; }

TEST(SwimTypes, HaveTheirSigmaAtEachLevel) {
  for (const Type& type : kTypes) {
    const LevelErrors errors(shipped(type.card));
    for (const bool verified : {false, true}) {
      for (const double level : {0.0, 3.0}) EXPECT_NEAR(errors.sigma_at(level / 3, verified), type.outer, 0.03 * type.outer) << type.card;
      for (const double level : {1.0, 2.0}) EXPECT_NEAR(errors.sigma_at(level / 3, verified), type.mid, 0.03 * type.mid) << type.card;
    }
  }
}

TEST(SwimTypes, KeepTheMeanSquareOfTheirNormalisation) {
  for (const Type& type : kTypes) {
    const LevelErrors errors(shipped(type.card));
    const double outer = errors.sigma_at(0, false), mid = errors.sigma_at(1.0 / 3, false);
    EXPECT_NEAR(0.6 * outer * outer + 0.4 * mid * mid, 1, 0.03) << type.card;
  }
}

TEST(SwimTypes, RatioOneIsOneSigmaBitForBit) {
  for (const char* name : {"swim_gaussian", "swim_rram1"}) {
    const LevelErrors cells(shipped(name));
    for (const double share : {0.0, 0.25, 0.5, 0.75, 1.0}) {
      const LevelErrors::Written blind = cells.write(share, false), verified = cells.write(share, true);
      const auto before_S = static_cast<float>(0.1 * (60e-6 - 20e-6)), after_S = static_cast<float>(0.03 * (60e-6 - 20e-6));
      for (std::size_t i = 0; i < blind.g_S.size(); ++i) {
        ASSERT_EQ(blind.g_S[i], blind.target_S + before_S * blind.noise[i]);
        ASSERT_EQ(verified.g_S[i], verified.target_S + after_S * verified.noise[i]);
      }
    }
  }
}

TEST(SwimTypes, BordersBelongToTheOuterLevels) {
  const LevelErrors errors(shipped("swim_fefet6"));
  EXPECT_LT(errors.sigma_at(0.2499, false), 0.3);
  EXPECT_GT(errors.sigma_at(0.2501, false), 1.5);
  EXPECT_GT(errors.sigma_at(0.7499, false), 1.5);
  EXPECT_LT(errors.sigma_at(0.7501, false), 0.3);
}

}  // namespace
}  // namespace swimsim
