// One power order while it is carried out; power.h is what others use.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "resources/common/action_log.h"
#include "resources/common/power.h"

namespace ecs::resources {

// Not safe from several threads. Borrows all that it is given.
class PowerRun {
 public:
  PowerRun(const Call& call, Cloud& cloud, const PowerOrder& order, const PowerProgress& progress)
      : call_(call), cloud_(cloud), order_(order), progress_(progress) {}

  Result<PowerOutcome> Run();

 private:
  using Ids = std::vector<std::string>;
  using Servers = std::map<std::string, client::Server>;
  using Fates = std::map<std::string, Fate>;

  // What a job told until it ended, or could not be asked any more.
  struct JobSeen {
    client::Job last = {};
    std::optional<Error> trouble = {};  // of a job that was not seen to end
  };

  // power_run.cc: looking, waiting, counting.
  bool IsThere(const client::Server& server) const;
  Result<Servers> Look(const Ids& ids);  // those of `ids` that exist
  Result<Ids> NotThereYet();
  Status Wait(Ids waiting);  // until each is there, failed, or out of time
  bool Ended(const std::string& id, const Servers& found);
  Status NotBegun(const Ids& ids);
  void Fail(const std::string& id, const Error& error);
  void Fail(const std::string& id, std::string reason);
  // Of an order whose answer was lost.
  std::string NotExecuted(const Error& lost) const;
  std::string NotKnown(const Error& lost) const;
  std::string FailedLater() const;
  void Report() { Report(reached_); }
  void Report(std::size_t reached);

  // power_single.cc: one server, by the native call.
  Status One(const std::string& id);
  Status StartOrStop(const std::string& id);
  Status Restart(const std::string& id);
  Status Restarted(const std::string& id, const ActionLog& log, const std::string& request_id);
  Status Single(const std::string& id, const Error& error);

  // power_batch.cc: many, by the batch call and its job.
  Status Batch(const Ids& ids);
  Result<std::string> Send(const Ids& ids);
  Status Refused(const Ids& ids, const Error& error);
  Result<JobSeen> WaitForJob(const std::string& job_id);
  Status TakeJob(const Ids& ids, const JobSeen& seen, const Servers& before, Ids& begun);
  Status Forgive(std::map<std::string, client::JobFailure>& failed);
  Fate FateOf(const Servers& before, const Servers& now, const std::string& id,
              bool last_look) const;
  Result<Fates> AwaitFates(Ids pending, const Servers& before);
  Ids TakeFates(const Fates& fates, const Error& lost, Ids& begun);
  void ReportJob(const client::Job& job);

  const Call& call_;
  Cloud& cloud_;
  const PowerOrder& order_;
  const PowerProgress& progress_;
  PowerOutcome outcome_;
  bool accepted_ = false;  // an order for some of the servers, by the cloud
  bool out_of_time_ = false;
  std::size_t reached_ = 0;
  std::size_t reported_ = 0;
};

// "restarted", "started" or "stopped".
const char* Participle(Power power);

// How often an order is sent whose answers are lost.
inline constexpr int kSendsMax = 3;

}  // namespace ecs::resources
