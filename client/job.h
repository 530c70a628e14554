// Asynchronous work of the cloud (ecs-v1.md section 20).
#pragma once

#include <string>
#include <vector>

#include "base/error.h"
#include "client/json.h"
#include "client/wait.h"

namespace ecs::client {

// A job, or a part of one. Any member but the status may be missing; types of jobs are not decided
// on.
struct Job {
  std::string id = {};
  std::string type = {};
  std::string status = {};  // INIT, RUNNING, SUCCESS, FAIL, or a word we do not know
  std::string begin_time = {};
  std::string end_time = {};
  std::string error_code = {};
  std::string reason = {};  // for people: the fault of errorcode_message, else fail_reason
  std::string server_id = {};
  std::string nic_id = {};
  std::string volume_id = {};
  std::vector<Job> sub_jobs = {};
  bool operator==(const Job&) const = default;
};

Job ParseJob(const Json& body);

// kDone for SUCCESS, kFailed with JobFailed for FAIL, else kWait.
Verdict Judge(const Job& job);

// The ids of the servers that the job or its parts name, each once, in order.
std::vector<std::string> ServerIds(const Job& job);

// A part (or the job itself, if it has none) that failed.
struct JobFailure {
  std::string server_id = {};  // empty if the job does not tell
  std::string error_code = {};
  std::string reason = {};
  bool operator==(const JobFailure&) const = default;
};
std::vector<JobFailure> Failures(const Job& job);

// kExhausted for quota and capacity, kConflict for a wrong state, otherwise kCloudFailed. The
// detail names each failed server with its reason; api holds the first failure's code and the job's
// id.
Error JobFailed(const Job& job);

}  // namespace ecs::client
