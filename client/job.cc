#include "client/job.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "client/fault.h"

namespace ecs::client {
namespace {

// More names than a person reads; the rest is counted.
constexpr std::size_t kNamedFailures = 20;

// IMS calls the list by other names (neighbours.md section 1.3).
const Json& SubJobs(const Json& entities) {
  for (const char* name : {"sub_jobs", "sub_jobs_result", "sub_jobs_list"}) {
    if (const Json& parts = Items(entities, name); !parts.empty()) return parts;
  }
  return Items(entities, "sub_jobs");
}

std::string ReasonOf(const Json& body, const Json& entities) {
  std::string cause = FaultInText(Text(entities, "errorcode_message")).message;
  if (!cause.empty()) return cause;
  if (const std::string reason = Text(body, "fail_reason"); !reason.empty()) {
    return FaultInText(reason).message;
  }
  return Text(body, "message");
}

void Collect(const Job& job, std::vector<std::string>& ids) {
  if (!job.server_id.empty() && std::find(ids.begin(), ids.end(), job.server_id) == ids.end()) {
    ids.push_back(job.server_id);
  }
  for (const Job& part : job.sub_jobs) Collect(part, ids);
}

void CollectFailures(const Job& job, std::vector<JobFailure>& failures) {
  const std::size_t before = failures.size();
  for (const Job& part : job.sub_jobs) CollectFailures(part, failures);
  if (job.status != "FAIL" || failures.size() != before) return;
  failures.push_back({job.server_id, job.error_code, job.reason});
}

std::string Sentence(const JobFailure& failure) {
  const std::string reason = failure.reason.empty() ? "no reason given" : failure.reason;
  std::string text =
      failure.server_id.empty() ? reason : absl::StrCat("Server ", failure.server_id, ": ", reason);
  if (!failure.error_code.empty()) absl::StrAppend(&text, " (", failure.error_code, ")");
  return text;
}

Code MeaningOfFailure(const JobFailure& failure) {
  // Nova's untranslated text for want of room; the job's own code says only which step failed.
  for (const char* text : {"Quota exceeded", "No valid host was found"}) {
    if (failure.reason.find(text) != std::string::npos) return Code::kExhausted;
  }
  const Code meaning = MeaningOf(failure.error_code, 400);
  const bool tells = meaning == Code::kExhausted || meaning == Code::kConflict;
  return tells ? meaning : Code::kCloudFailed;
}

}  // namespace

Job ParseJob(const Json& body) {
  const Json& entities = Member(body, "entities");
  Job job = {.id = Text(body, "job_id"),
             .type = Text(body, "job_type"),
             .status = Text(body, "status"),
             .begin_time = Text(body, "begin_time"),
             .end_time = Text(body, "end_time"),
             .error_code = Text(body, "error_code"),
             .reason = ReasonOf(body, entities),
             .server_id = Text(entities, "server_id"),
             .nic_id = Text(entities, "nic_id"),
             .volume_id = Text(entities, "volume_id")};
  for (const Json& part : SubJobs(entities)) job.sub_jobs.push_back(ParseJob(part));
  return job;
}

Verdict Judge(const Job& job) {
  if (job.status == "SUCCESS") return Verdict::Done();
  if (job.status == "FAIL") return Verdict::Failed(JobFailed(job));
  return Verdict::Wait();
}

std::vector<std::string> ServerIds(const Job& job) {
  std::vector<std::string> ids;
  Collect(job, ids);
  return ids;
}

std::vector<JobFailure> Failures(const Job& job) {
  std::vector<JobFailure> failures;
  CollectFailures(job, failures);
  return failures;
}

Error JobFailed(const Job& job) {
  std::vector<JobFailure> failures = Failures(job);
  if (failures.empty()) failures.push_back({job.server_id, job.error_code, job.reason});
  std::string detail = "The cloud accepted the work and then failed it.";
  for (std::size_t i = 0; i < failures.size() && i < kNamedFailures; ++i) {
    absl::StrAppend(&detail, "\n", Sentence(failures[i]));
  }
  if (failures.size() > kNamedFailures) {
    absl::StrAppend(&detail, "\nand ", failures.size() - kNamedFailures, " more.");
  }
  const JobFailure& first = failures.front();
  return {.code = MeaningOfFailure(first),
          .summary = "The cloud's job failed",
          .detail = detail,
          .api = ApiFault{.code = first.error_code.empty() ? job.error_code : first.error_code,
                          .message = first.reason,
                          .job_id = job.id}};
}

}  // namespace ecs::client
