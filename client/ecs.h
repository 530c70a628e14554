// The calls for servers and what belongs to them, typed. One per configured provider.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/call.h"
#include "base/result.h"
#include "base/secret.h"
#include "client/api.h"
#include "client/catalogue.h"
#include "client/job.h"
#include "client/offers.h"
#include "client/server.h"
#include "client/settings.h"
#include "client/wait.h"

namespace ecs::client {

struct CreatedServers {
  std::string job_id = {};
  std::vector<std::string> server_ids = {};
};

// Empty members do not filter (ecs-v1.md section 5.1).
struct ServerFilter {
  std::string name = {};    // a pattern: '.' is any character, and it matches anywhere
  std::string status = {};  // folds intermediate states
  std::string flavor = {};
  std::string ip = {};    // fuzzy IPv4
  std::string tags = {};  // "key" or "key=value"
  std::string not_tags = {};
  std::string reservation_id = {};
  std::string enterprise_project_id = {};
};

struct ServerChange {
  std::optional<std::string> name = {};
  std::optional<std::string> description = {};
};

// Empty members do not filter (neighbours.md section 1.1).
struct ImageFilter {
  std::string id = {};
  std::string name = {};  // exact
  std::string visibility = {};
  std::string image_type = {};  // gold, private, shared
  std::string status = {};
  std::string os_type = {};
  std::string platform = {};
  std::string owner = {};
  std::string tag = {};
  std::string flavor_id = {};
};

struct Console {
  std::string type = {};      // "novnc"
  std::string protocol = {};  // "vnc"
  Secret url = {};            // whoever has it controls the server
};

enum class Force { kSoft, kHard };

// All functions block, at most until call.deadline, retry by themselves what may be repeated, and
// are safe from any thread. Errors carry the operation, the API code and the request id. Where an
// error has maybe_executed set, look before doing the same again.
class Ecs {
 public:
  Ecs(Settings settings, Send transport, Backoff backoff = {});

  // For operations that have no typed call here.
  Api& api() { return api_; }
  Result<std::string> ProjectId(const Call& call) { return api_.ProjectId(call); }
  // See Api::CloudTime.
  WallTime CloudTime(const Call& call) const { return api_.CloudTime(call); }
  // Configured, or named by auth_url; may be empty.
  std::string Region() const { return RegionOf(api_.settings()); }
  std::string Redact(std::string text) const { return api_.Redact(std::move(text)); }

  // --- Tokens (auth.md section 1): for others to use, apart from the one that these calls use ---

  // A new one by password, or the one that was configured. kInvalid with access keys.
  Result<Token> IssueToken(const Call& call) { return api_.IssueToken(call); }
  // Whether IssueToken makes new ones.
  bool IssuesTokens() const {
    const Settings& settings = api_.settings();
    return MethodOf(settings) == Method::kPassword ||
           (MethodOf(settings) == Method::kToken && !settings.agency_name.empty());
  }
  // When a token ends. kDenied if it has ended.
  Result<WallTime> TokenEnds(const Call& call, const Secret& token);
  Status RevokeToken(const Call& call, const Secret& token);

  // --- Servers ---

  // `body` is the whole request: {"server": {…}}. Sent again only if it surely was not executed;
  // the client token (a UUID) lets some clouds recognise a repetition. The ids exist at once, but
  // GetServer answers kNotFound until the server's row exists, and always if the job fails. Of an
  // answer without ids the job is all that is known: `server_ids` is empty then, and never holds an
  // empty id.
  Result<CreatedServers> CreateServers(const Call& call, const Json& body,
                                       const std::string& client_token);
  // Returns the job's id. `delete_publicip` absent: the public IP's own setting decides. kNotFound
  // if a single id is unknown: then it is gone.
  Result<std::string> DeleteServers(const Call& call, const std::vector<std::string>& ids,
                                    std::optional<bool> delete_publicip, bool delete_volume);
  // The server, or kNotFound if it is gone or DELETED. One in status ERROR is returned as it is.
  Result<Server> GetServer(const Call& call, const std::string& id);
  // All pages, each server once. Rows may shift between pages while the cloud changes: a server
  // that is missing here may exist all the same. kCloudFailed where pages repeat.
  Result<std::vector<Server>> ListServers(const Call& call, const ServerFilter& filter = {});
  // The same, a page at a time, until `visit` answers false.
  Status VisitServers(const Call& call, const ServerFilter& filter,
                      const std::function<bool(Server)>& visit);
  Status UpdateServer(const Call& call, const std::string& id, const ServerChange& change);

  // --- Native actions on one server: accepted, not done, when they return. kConflict in the wrong
  // state, kNotFound also within half a second after creation (real-nova.md 9). ---

  // These four return the request's id, which is also its key in InstanceActions; may be empty.
  Result<std::string> StartServer(const Call& call, const std::string& id);
  Result<std::string> StopServer(const Call& call, const std::string& id,
                                 Force force = Force::kSoft);
  Result<std::string> RebootServer(const Call& call, const std::string& id, Force force);
  Result<std::string> ResizeServer(const Call& call, const std::string& id,
                                   const std::string& flavor_id);
  // kConflict, or kInvalid shortly after an earlier confirm: look at the server (real-nova.md 1).
  Status ConfirmResize(const Call& call, const std::string& id);
  Status RevertResize(const Call& call, const std::string& id);
  // On all of the server's ports. kNotFound if the group is unknown, kInvalid if it is there
  // already (real-nova.md 10).
  Status AddSecurityGroup(const Call& call, const std::string& id, const std::string& group_id);
  Status RemoveSecurityGroup(const Call& call, const std::string& id, const std::string& group_id);
  // Sets the password of the guest's administrator; needs the cloud's agent in the guest. Clouds
  // without the call give an error for which NotOffered holds.
  Status ResetPassword(const Call& call, const std::string& id, const Secret& password);
  // The address of a console in the browser, good for some minutes (ecs-v1.md section 18).
  Result<Console> RemoteConsole(const Call& call, const std::string& id);
  // Newest first. The only trace of a resize that the cloud rolled back, and of an order whose
  // answer was lost.
  Result<std::vector<InstanceAction>> InstanceActions(const Call& call, const std::string& id);

  // --- Many servers at once (at most 1000 ids): return the job's id ---

  Result<std::string> BatchStart(const Call& call, const std::vector<std::string>& ids);
  Result<std::string> BatchStop(const Call& call, const std::vector<std::string>& ids,
                                Force force = Force::kSoft);
  Result<std::string> BatchReboot(const Call& call, const std::vector<std::string>& ids,
                                  Force force);

  // --- Jobs ---

  Result<Job> GetJob(const Call& call, const std::string& job_id);
  // Looks until the job succeeded, or returns JobFailed, kTimeout or kCancelled. A job that is not
  // known in its first ten seconds is looked for again.
  Result<Job> WaitForJob(const Call& call, const std::string& job_id, Pace pace = kJobPace);

  // --- Automatic recovery (ecs-v1.md section 9) ---

  // Clouds without the feature, and flavors without it (Ecs.0036), give an error for which
  // NotOffered holds: its code is kNotFound, with the API's own code and status kept in `api`. A
  // server that is gone is kNotFound too, but NotOffered does not hold.
  // A gateway that has lost the route for a moment is told from a cloud without it by a second
  // look.
  Status SetAutoRecovery(const Call& call, const std::string& id, bool on);
  // Nothing: the answer does not tell.
  Result<std::optional<bool>> GetAutoRecovery(const Call& call, const std::string& id);

  // --- Tags and metadata: add or overwrite, others stay ---

  Status SetTags(const Call& call, const std::string& id,
                 const std::map<std::string, std::string>& tags);
  Status DeleteTags(const Call& call, const std::string& id, const std::vector<std::string>& keys);
  Status SetMetadata(const Call& call, const std::string& id,
                     const std::map<std::string, std::string>& metadata);
  // A key that is not there is fine; where the cloud says so, a look at the server proves it.
  Status DeleteMetadata(const Call& call, const std::string& id, const std::string& key);

  // --- Network interfaces and volumes of a server ---

  Result<std::vector<Interface>> ListInterfaces(const Call& call, const std::string& id);
  Result<std::vector<BlockDevice>> GetBlockDevices(const Call& call, const std::string& id);
  Result<Volume> GetVolume(const Call& call, const std::string& volume_id);
  // Those of `ids` that exist, in any order; asks for 60 at a time.
  Result<std::vector<Volume>> ListVolumes(const Call& call, const std::vector<std::string>& ids);
  // All of the project, each once, by pages.
  Result<std::vector<Volume>> ListVolumes(const Call& call);
  // Returns the id of a job on the EVS host.
  Result<std::string> ExtendVolume(const Call& call, const std::string& volume_id,
                                   std::int64_t new_size_gb);
  Result<Job> GetVolumeJob(const Call& call, const std::string& job_id);
  Result<Job> WaitForVolumeJob(const Call& call, const std::string& job_id, Pace pace = kJobPace);

  // --- Attaching: return the id of an ECS job. SUCCESS may come slightly before lists show it
  // (ecs-v1.md section 11.1): look before relying on it ---

  Result<std::string> AttachVolume(const Call& call, const std::string& id,
                                   const std::string& volume_id);
  Result<std::string> DetachVolume(const Call& call, const std::string& id,
                                   const std::string& volume_id);
  // `nic` as in ecs-v1.md section 10.1: {"subnet_id", "security_groups", …}. The job's nic_id is
  // the port.
  Result<std::string> AddNic(const Call& call, const std::string& id, const Json& nic);
  // kDenied for the primary one.
  Result<std::string> DeleteNic(const Call& call, const std::string& id,
                                const std::string& port_id);
  // `volume` as in neighbours.md section 3.2. Both return the id of a job on the EVS host; the
  // job's volume_id is what was created.
  Result<std::string> CreateVolume(const Call& call, const Json& volume);
  Result<std::string> DeleteVolume(const Call& call, const std::string& volume_id);

  // --- Ports (neighbours.md section 2.4) ---

  Result<Port> GetPort(const Call& call, const std::string& port_id);
  // All ports of a server.
  Result<std::vector<Port>> ListPorts(const Call& call, const std::string& server_id);
  // All ports of the project, each once, by pages.
  Result<std::vector<Port>> ListPorts(const Call& call);
  // Replaces the port's groups, all at once. kNotFound if a group is unknown.
  Status SetPortSecurityGroups(const Call& call, const std::string& port_id,
                               const std::vector<std::string>& group_ids);

  // --- Key pairs, which belong to the user and not to the project (nova-v2.1.md section 10) ---

  // Without a public key the cloud makes a pair, and only this answer holds its private half.
  Result<KeyPair> CreateKeyPair(const Call& call, const std::string& name,
                                const std::string& public_key);
  Result<KeyPair> GetKeyPair(const Call& call, const std::string& name);
  Status DeleteKeyPair(const Call& call, const std::string& name);

  // --- Server groups (ecs-v1.md section 16) ---

  Result<ServerGroup> CreateServerGroup(const Call& call, const std::string& name,
                                        const std::vector<std::string>& policies);
  Result<ServerGroup> GetServerGroup(const Call& call, const std::string& group_id);
  Result<std::vector<ServerGroup>> ListServerGroups(const Call& call);
  Status DeleteServerGroup(const Call& call, const std::string& group_id);

  // --- Offers ---

  // By the cloud's own names, such as maxTotalInstances (ecs-v1.md section 15); -1: unlimited.
  Result<std::map<std::string, std::int64_t>> GetQuotas(const Call& call);

  // `availability_zone` empty: of the whole region.
  Result<std::vector<Flavor>> ListFlavors(const Call& call, const std::string& availability_zone);
  // What this server can be resized to.
  Result<std::vector<Flavor>> ListResizeFlavors(const Call& call, const std::string& server_id);
  Result<std::vector<Image>> ListImages(const Call& call, const ImageFilter& filter);
  Result<std::vector<AvailabilityZone>> ListAvailabilityZones(const Call& call);

 private:
  Result<std::string> Order(const Call& call, const std::string& id, Json action, Repeat repeat);
  Status Act(const Call& call, const std::string& id, Json action, Repeat repeat);
  Result<std::string> StartJob(const Call& call, const Operation& operation, const Input& input);
  Result<std::string> Batch(const Call& call, const char* action,
                            const std::vector<std::string>& ids, std::optional<Force> force);
  Result<Job> FetchJob(const Call& call, const Operation& operation, const std::string& job_id);
  Result<Job> AwaitJob(const Call& call, const Operation& operation, const std::string& job_id,
                       const Pace& pace);

  Api api_;
};

// See SetAutoRecovery.
bool NotOffered(const Error& error);

}  // namespace ecs::client
