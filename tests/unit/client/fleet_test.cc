#include "client/fleet.h"

#include <atomic>
#include <new>
#include <thread>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/unit/client/support.h"

namespace ecs::client {
namespace {

using std::chrono::seconds;

// A cloud that holds servers and counts what it is asked. Lists can be held back by a gate.
class Cloud {
 public:
  Send send() {
    return [this](const Call&, Request& request) -> Result<Response> {
      if (request.url.find("/detail?") != std::string::npos) return List();
      const std::string id = request.url.substr(request.url.rfind('/') + 1);
      absl::MutexLock lock(&mu_);
      ++gets_;
      const auto found = servers_.find(id);
      if (found == servers_.end() || denied_-- > 0) {
        return Answer(404, R"({"error":{"code":"Ecs.0114","message":"m"}})");
      }
      return Answer(200, Json{{"server", found->second}}.dump());
    };
  }

  void Put(const std::string& id, const std::string& status) {
    absl::MutexLock lock(&mu_);
    servers_[id] = {{"id", id}, {"status", status}};
  }
  void PutJson(const std::string& id, Json server) {
    absl::MutexLock lock(&mu_);
    servers_[id] = std::move(server);
  }
  void Hide(const std::string& id) {
    absl::MutexLock lock(&mu_);
    hidden_ = id;
  }
  // The next so many GETs of a server find nothing.
  void DenyGets(int times) {
    absl::MutexLock lock(&mu_);
    denied_ = times;
  }
  void FailLists(int status) {
    absl::MutexLock lock(&mu_);
    list_status_ = status;
  }
  void Gate(bool open) {
    absl::MutexLock lock(&mu_);
    open_ = open;
  }
  void AwaitList() {
    absl::MutexLock lock(&mu_);
    const auto begun = [this] { return lists_ > 0; };
    mu_.Await(absl::Condition(&begun));
  }
  // So many lists from now on end with an exception, once the gate is open.
  void CrashLists(int count) {
    absl::MutexLock lock(&mu_);
    crashes_ = count;
  }
  int lists() {
    absl::MutexLock lock(&mu_);
    return lists_;
  }
  int gets() {
    absl::MutexLock lock(&mu_);
    return gets_;
  }

 private:
  Result<Response> List() {
    absl::MutexLock lock(&mu_);
    ++lists_;
    Json servers = Json::array();
    for (const auto& [id, server] : servers_) {
      Json row = server;
      row.erase("fault");  // as real lists do for some
      if (id != hidden_) servers.push_back(std::move(row));
    }
    mu_.Await(absl::Condition(&open_));
    if (crashes_ > 0) {
      --crashes_;
      throw std::bad_alloc();
    }
    if (list_status_ != 200) return Answer(list_status_, "{}");
    return Answer(200, Json{{"count", servers.size()}, {"servers", servers}}.dump());
  }

  absl::Mutex mu_;
  std::map<std::string, Json> servers_ ABSL_GUARDED_BY(mu_);
  std::string hidden_ ABSL_GUARDED_BY(mu_);
  int list_status_ ABSL_GUARDED_BY(mu_) = 200;
  int crashes_ ABSL_GUARDED_BY(mu_) = 0;
  int denied_ ABSL_GUARDED_BY(mu_) = 0;
  bool open_ ABSL_GUARDED_BY(mu_) = true;
  int lists_ ABSL_GUARDED_BY(mu_) = 0;
  int gets_ ABSL_GUARDED_BY(mu_) = 0;
};

struct Rig {
  Rig() {
    for (int i = 0; i < 100; ++i) cloud.Put(Id(i), "ACTIVE");
  }
  static std::string Id(int i) { return "s" + std::to_string(i); }
  std::string StatusOf(const std::string& id, ReadKind kind = ReadKind::kShared) {
    const auto server = fleet.Read(bench.call, id, kind);
    return server.ok() ? server->status : "error";
  }
  // So many reads that the next is answered by a list.
  void WarmUp() {
    for (int i = 0; i < 5; ++i) (void)StatusOf(Id(i));
  }

  Bench bench = {};
  Cloud cloud = {};
  Ecs ecs{DirectSettings(), cloud.send(), Backoff{}};
  Fleet fleet{ecs};
};

TEST(Fleet, AFewReadsAreSingle) {
  Rig rig;
  for (int i = 0; i < 4; ++i) EXPECT_EQ(rig.StatusOf(Rig::Id(i)), "ACTIVE");
  EXPECT_EQ(rig.cloud.gets(), 4);
  EXPECT_EQ(rig.cloud.lists(), 0);
}

TEST(Fleet, ManyReadsInARowAreAnsweredByOneList) {
  Rig rig;
  for (int i = 0; i < 100; ++i) EXPECT_EQ(rig.StatusOf(Rig::Id(i)), "ACTIVE");
  EXPECT_EQ(rig.cloud.gets(), 4);
  EXPECT_EQ(rig.cloud.lists(), 1);
}

TEST(Fleet, SlowReadsStaySingle) {
  Rig rig;
  for (int i = 0; i < 20; ++i) {
    (void)rig.StatusOf(Rig::Id(i));
    rig.bench.clock.Advance(seconds(1));
  }
  EXPECT_EQ(rig.cloud.lists(), 0);
}

TEST(Fleet, AThousandReadsOfTenThreadsCostAHandfulOfCalls) {
  Rig rig;
  std::vector<std::thread> threads;
  std::atomic<int> active = 0;
  for (int t = 0; t < 10; ++t) {
    threads.emplace_back([&, t] {
      for (int i = 0; i < 100; ++i) {
        active += rig.StatusOf(Rig::Id((t * 7 + i) % 100)) == "ACTIVE" ? 1 : 0;
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(active, 1000);
  EXPECT_LE(rig.cloud.gets() + rig.cloud.lists(), 12);
}

TEST(Fleet, AServerThatTheListLacksIsAskedForSinglyBeforeItIsGone) {
  Rig rig;
  rig.cloud.Hide("s50");
  rig.WarmUp();
  EXPECT_EQ(rig.StatusOf("s50"), "ACTIVE");
  const auto gone = rig.fleet.Read(rig.bench.call, "never-was");
  EXPECT_EQ(gone.error().code, Code::kNotFound);
  EXPECT_EQ(rig.cloud.lists(), 1);
}

TEST(Fleet, AServerThatWasWrittenToIsNeverAnsweredFromAnOlderList) {
  Rig rig;
  rig.WarmUp();
  rig.cloud.Put("s7", "SHUTOFF");
  EXPECT_EQ(rig.StatusOf("s7"), "ACTIVE");
  rig.fleet.Wrote("s7");
  EXPECT_EQ(rig.StatusOf("s7"), "SHUTOFF");
  EXPECT_EQ(rig.StatusOf("s8"), "ACTIVE");
}

TEST(Fleet, AListThatWasRunningDuringAWriteDoesNotAnswerForIt) {
  Rig rig;
  for (int i = 0; i < 4; ++i) (void)rig.StatusOf(Rig::Id(i));
  rig.cloud.Gate(false);
  std::thread reader([&] { (void)rig.StatusOf("s20"); });
  rig.cloud.AwaitList();
  rig.fleet.Wrote("s30");
  std::string status;
  std::thread writer([&] { status = rig.StatusOf("s30"); });
  rig.cloud.Put("s30", "SHUTOFF");
  rig.cloud.Gate(true);
  reader.join();
  writer.join();
  EXPECT_EQ(status, "SHUTOFF");
}

TEST(Fleet, AnOldListIsNotUsed) {
  Rig rig;
  rig.WarmUp();
  rig.cloud.Put("s7", "SHUTOFF");
  rig.bench.clock.Advance(seconds(16));
  EXPECT_EQ(rig.StatusOf("s7"), "SHUTOFF");
}

TEST(Fleet, ASingleReadIsAlwaysAGet) {
  Rig rig;
  rig.WarmUp();
  const int before = rig.cloud.gets();
  EXPECT_EQ(rig.StatusOf("s9", ReadKind::kSingle), "ACTIVE");
  EXPECT_EQ(rig.cloud.gets(), before + 1);
}

TEST(Fleet, AServerInErrorWhoseFaultTheListLacksIsAskedForSingly) {
  Rig rig;
  rig.cloud.PutJson("s60",
                    Json{{"id", "s60"}, {"status", "ERROR"}, {"fault", {{"message", "why"}}}});
  rig.WarmUp();
  EXPECT_EQ(rig.fleet.Read(rig.bench.call, "s60")->fault->message, "why");
}

TEST(Fleet, WhereListsAreForbiddenReadsStaySingle) {
  Rig rig;
  rig.cloud.FailLists(403);
  for (int i = 0; i < 50; ++i) EXPECT_EQ(rig.StatusOf(Rig::Id(i)), "ACTIVE");
  EXPECT_EQ(rig.cloud.lists(), 1);
  EXPECT_EQ(rig.cloud.gets(), 50);
}

Verdict IsActive(const Server& server) {
  return server.status == "ACTIVE" ? Verdict::Done() : Verdict::Wait();
}

TEST(Fleet, AListThatCrashesLeavesNobodyWaiting) {
  Rig rig;
  for (int i = 0; i < 4; ++i) (void)rig.StatusOf(Rig::Id(i));
  rig.cloud.Gate(false);
  rig.cloud.CrashLists(1);
  std::atomic<int> crashed = 0;
  std::vector<std::string> seen(4);
  std::vector<std::thread> readers;
  for (std::string& status : seen) {
    readers.emplace_back([&] {
      try {
        const auto server =
            rig.fleet.Read(rig.bench.call.Until(rig.bench.clock.Now() + seconds(10)), "s50");
        status = server.ok() ? server->status : server.error().summary;
      } catch (const std::bad_alloc&) {
        status = "crashed";
        ++crashed;
      }
    });
  }
  rig.cloud.AwaitList();
  rig.cloud.Gate(true);
  for (std::thread& reader : readers) reader.join();
  EXPECT_EQ(crashed, 1);
  EXPECT_THAT(seen, testing::UnorderedElementsAre("crashed", "ACTIVE", "ACTIVE", "ACTIVE"));
  // Nor does it count as a read that is under way for ever.
  rig.bench.clock.Advance(seconds(60));
  const int lists = rig.cloud.lists();
  EXPECT_EQ(rig.StatusOf("s51"), "ACTIVE");
  EXPECT_EQ(rig.cloud.lists(), lists);
}

TEST(Fleet, OneWaiterAsksForItsServerOnly) {
  Rig rig;
  rig.cloud.Put("s1", "REBOOT");
  int looks = 0;
  const auto server = rig.fleet.Wait(rig.bench.call, "s1", [&](const Server& seen) {
    if (++looks == 3) rig.cloud.Put("s1", "ACTIVE");
    return IsActive(seen);
  });
  EXPECT_EQ(server->status, "ACTIVE");
  EXPECT_EQ(rig.cloud.gets(), 4);
  EXPECT_EQ(rig.cloud.lists(), 0);
}

TEST(Fleet, OneFalseNotFoundDropsNoServer) {
  for (const ReadKind kind : {ReadKind::kShared, ReadKind::kSingle}) {
    Rig rig;
    rig.cloud.DenyGets(1);
    EXPECT_EQ(rig.StatusOf("s1", kind), "ACTIVE");
    EXPECT_EQ(rig.cloud.gets(), 2);
  }
  Rig rig;
  rig.cloud.DenyGets(1);
  const auto left = rig.fleet.Wait(
      rig.bench.call.Until(TimePoint(seconds(30))), "s1",
      [](const Server&) { return Verdict::Wait(); }, kServerPace, Gone::kDone);
  EXPECT_EQ(left.error().code, Code::kTimeout);
}

TEST(Fleet, ANotFoundThatIsConfirmedALittleLaterIsBelieved) {
  Rig rig;
  const TimePoint began = rig.bench.clock.Now();
  EXPECT_EQ(rig.fleet.Read(rig.bench.call, "never-was").error().code, Code::kNotFound);
  EXPECT_EQ(rig.cloud.gets(), 2);
  EXPECT_EQ(rig.bench.clock.Now() - began, seconds(1));
}

TEST(Fleet, WhatIsNotThereIsTheCallersChoice) {
  Rig rig;
  EXPECT_EQ(rig.fleet.Wait(rig.bench.call, "x", IsActive).error().code, Code::kNotFound);
  EXPECT_EQ(rig.fleet.Wait(rig.bench.call, "x", IsActive, kServerPace, Gone::kDone)->status,
            "DELETED");
  int looks = 0;
  const Send inner = rig.cloud.send();
  Ecs ecs(
      DirectSettings(),
      [&](const Call& call, Request& request) {
        if (++looks == 3) rig.cloud.Put("late", "ACTIVE");
        return inner(call, request);
      },
      Backoff{});
  Fleet fleet(ecs);
  EXPECT_EQ(fleet.Wait(rig.bench.call, "late", IsActive, kServerPace, Gone::kWait)->status,
            "ACTIVE");
}

TEST(Fleet, AWatchThatIsWokenGivesNothingAndGoesOnWhenItBeginsAgain) {
  Rig rig;
  rig.cloud.Put("s1", "REBOOT");
  const auto woken = rig.fleet.Watch(rig.bench.call, "s1", TimePoint(seconds(2)), IsActive);
  EXPECT_EQ(*woken, std::nullopt);
  rig.cloud.Put("s1", "ACTIVE");
  const auto seen = rig.fleet.Watch(rig.bench.call, "s1", TimePoint(seconds(4)), IsActive);
  EXPECT_EQ((*seen)->status, "ACTIVE");
}

TEST(Fleet, AllServersComeFromOneListInTheOrderOfTheirCreation) {
  Rig rig;
  rig.cloud.PutJson("a", Json{{"id", "a"}, {"created", "2024-05-01T08:00:02Z"}});
  rig.cloud.PutJson("b", Json{{"id", "b"}, {"created", "2024-05-01T08:00:01Z"}});
  const auto all = rig.fleet.All(rig.bench.call);
  ASSERT_EQ(all->size(), 102u);
  EXPECT_EQ((*all)[100].id, "b");
  EXPECT_EQ((*all)[101].id, "a");
  EXPECT_EQ(rig.fleet.All(rig.bench.call)->size(), 102u);
  EXPECT_EQ(rig.cloud.lists(), 1);
  rig.cloud.FailLists(403);
  rig.bench.clock.Advance(seconds(16));
  EXPECT_EQ(rig.fleet.All(rig.bench.call).error().code, Code::kDenied);
}

TEST(Fleet, AWaitEndsWithItsDeadline) {
  Rig rig;
  rig.cloud.Put("s1", "RESIZE");
  const auto result = rig.fleet.Wait(rig.bench.call.Until(TimePoint(seconds(30))), "s1", IsActive);
  EXPECT_EQ(result.error().code, Code::kTimeout);
  EXPECT_EQ(result.error().detail, "The time ran out. Last seen: status RESIZE.");
}

// The same sharing serves volumes and ports.
TEST(SharedList, ManyVolumesAreOneList) {
  Bench bench;
  std::vector<std::string> asked;
  const Send cloud = [&](const Call&, Request& request) -> Result<Response> {
    asked.push_back(request.url.substr(request.url.find('?')));
    Json volumes = Json::array();
    for (int i = 0; i < 50; ++i) volumes.push_back({{"id", "v" + std::to_string(i)}, {"size", i}});
    return Answer(200, Json{{"volumes", volumes}}.dump());
  };
  Ecs ecs(DirectSettings(), cloud, {});
  SharedList<Volume> volumes = SharedVolumes(ecs);
  for (int i = 0; i < 50; ++i) {
    EXPECT_EQ(volumes.Read(bench.call, "v" + std::to_string(i))->size_gb, i);
  }
  ASSERT_EQ(asked.size(), 5u);
  EXPECT_EQ(asked.back(), "?limit=1000&offset=0");
  // After a change of one, that one is asked for again; the others are not.
  volumes.Wrote("v1");
  (void)volumes.Read(bench.call, "v2");
  EXPECT_EQ(asked.size(), 5u);
  (void)volumes.Read(bench.call, "v1");
  EXPECT_EQ(asked.size(), 6u);
}

// A hundred waiters under real time: they share lists, and none asks for its server by itself.
TEST(Fleet, ManyWaitersShareOneListPerInterval) {
  Rig rig;
  for (int i = 0; i < 100; ++i) rig.cloud.Put(Rig::Id(i), "REBOOT");
  Cancel cancel;
  const Call call{RealClock(), RealClock().Now() + seconds(30), cancel, rig.bench.log,
                  RealRandom()};
  const Pace pace = {.first = std::chrono::milliseconds(100), .factor = 1};
  std::atomic<int> looks = 0;
  std::atomic<int> done = 0;
  std::vector<std::thread> threads;
  for (int i = 0; i < 100; ++i) {
    threads.emplace_back([&, i] {
      const auto server = rig.fleet.Wait(
          call, Rig::Id(i),
          [&](const Server& seen) {
            // Two intervals of a hundred looks each, then all are ACTIVE.
            if (++looks == 200) {
              for (int n = 0; n < 100; ++n) rig.cloud.Put(Rig::Id(n), "ACTIVE");
            }
            return IsActive(seen);
          },
          pace);
      done += server.ok() ? 1 : 0;
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(done, 100);
  EXPECT_LE(rig.cloud.gets(), 4);
  EXPECT_LE(rig.cloud.lists(), 20);
}

}  // namespace
}  // namespace ecs::client
