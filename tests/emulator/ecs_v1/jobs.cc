// GET /v1/{project_id}/jobs/{job_id}, for ECS, EVS and IMS alike: api/ecs-v1.md section 20.
#include "tests/emulator/cloud/jobs.h"

#include "tests/emulator/http/errors.h"
#include "tests/emulator/http/router.h"

namespace emulator {
namespace {

Response GetJob(Cloud& cloud, const Exchange& in) {
  const Job* job = cloud.store.jobs.Find(in.Param("job_id"));
  if (job == nullptr) return EcsError("Common.0011");
  return JsonReply(200, JobJson(cloud, *job));
}

}  // namespace

void AddEcsJobRoutes(Router& router) {
  router.Add(Service::kEcs, "GET", "/v1/{project_id}/jobs/{job_id}", "GetJob", GetJob);
}

}  // namespace emulator
