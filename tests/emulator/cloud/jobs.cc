#include "tests/emulator/cloud/jobs.h"

#include <utility>

namespace emulator {
namespace {

Json TextOrNull(const std::string& text) { return text.empty() ? Json() : Json(text); }

void End(Cloud& cloud, Job& job, bool ok) {
  job.status = ok ? "SUCCESS" : "FAIL";
  job.end = cloud.wall();
  Job* parent = cloud.store.jobs.Find(job.parent);
  if (parent == nullptr) return;
  bool all_ok = true;
  for (const std::string& id : parent->sub_jobs) {
    const Job* part = cloud.store.jobs.Find(id);
    if (!part->end) return;
    all_ok = all_ok && part->status == "SUCCESS";
  }
  if (!all_ok) {
    parent->error_code = "Common.0021";
    parent->fail_reason = "A sub-job failed.";
  }
  End(cloud, *parent, all_ok);
}

}  // namespace

Job& MakeJob(Cloud& cloud, const std::string& type, Json entities) {
  Job& job = cloud.store.jobs.Add({.id = cloud.ids.JobId(),
                                   .type = type,
                                   .begin = cloud.wall(),
                                   .entities = std::move(entities)});
  cloud.timeline.After(cloud.Takes("job"), [&cloud, id = job.id] {
    Job* found = cloud.store.jobs.Find(id);
    if (found != nullptr && found->status == "INIT") found->status = "RUNNING";
  });
  return job;
}

ParentJob MakeParentJob(Cloud& cloud, const std::string& type, const std::string& part_type,
                        const std::vector<Json>& entities) {
  Job& parent = MakeJob(cloud, type);
  ParentJob made = {.id = parent.id};
  for (const Json& entity : entities) {
    Job& part = MakeJob(cloud, part_type, entity);
    part.parent = parent.id;
    parent.sub_jobs.push_back(part.id);
    made.parts.push_back(part.id);
  }
  return made;
}

void FinishJob(Cloud& cloud, const std::string& id) {
  Job* job = cloud.store.jobs.Find(id);
  if (job != nullptr && !job->end) End(cloud, *job, true);
}

void FailJob(Cloud& cloud, const std::string& id, const std::string& code,
             const std::string& reason, const std::string& cause) {
  Job* job = cloud.store.jobs.Find(id);
  if (job == nullptr || job->end) return;
  job->error_code = code;
  job->fail_reason = reason;
  if (!cause.empty()) job->entities["errorcode_message"] = cause;
  End(cloud, *job, false);
}

Json JobJson(const Cloud& cloud, const Job& job) {
  Json entities = job.entities;
  if (!job.sub_jobs.empty()) {
    entities["sub_jobs_total"] = job.sub_jobs.size();
    Json& list = entities["sub_jobs"] = Json::array();
    for (const std::string& id : job.sub_jobs) {
      list.push_back(JobJson(cloud, *cloud.store.jobs.Find(id)));
    }
  }
  return {{"job_id", job.id},
          {"job_type", job.type},
          {"status", job.status},
          {"begin_time", IsoMillis(job.begin)},
          {"end_time", job.end ? IsoMillis(*job.end) : ""},
          {"error_code", TextOrNull(job.error_code)},
          {"fail_reason", TextOrNull(job.fail_reason)},
          {"entities", std::move(entities)}};
}

Response JobReply(const std::string& id) { return JsonReply(200, {{"job_id", id}}); }

}  // namespace emulator
