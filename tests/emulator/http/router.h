// Which operation a method and a path mean.
#pragma once

#include <deque>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "tests/emulator/cloud/cloud.h"
#include "tests/emulator/http/exchange.h"

namespace emulator {

using Handler = Response (*)(Cloud& cloud, const Exchange& in);

enum class Access {
  kSignedIn,  // a token or a signature; of the project in the path, if there is one
  kOpen,
};

struct Route {
  Service service = Service::kControl;
  std::string operation = {};
  Handler handler = nullptr;
  Access access = Access::kSignedIn;
  // For routes where the body tells the operation. Returns "" for a body that names none.
  std::string (*name_of)(const Json& body) = nullptr;
  bool secret_body = false;              // the journal does not keep it
  std::vector<std::string> params = {};  // names in the path's template, in their order
};

class Router {
 public:
  // `path` is a template such as /v1/{project_id}/cloudservers/{server_id}. Returns the route, to
  // be refined. A literal segment wins over a parameter.
  Route& Add(Service service, const std::string& method, const std::string& path,
             const std::string& operation, Handler handler);

  // Fills `params`. Null if nobody serves that method and path.
  const Route* Find(const std::string& method, std::string_view path,
                    std::map<std::string, std::string>& params) const;

 private:
  struct Node {
    std::map<std::string, std::unique_ptr<Node>, std::less<>> literals = {};
    std::unique_ptr<Node> any = {};
    std::map<std::string, Route*> routes = {};
  };

  static const Route* Walk(const Node& node, const std::string& method, std::string_view rest,
                           std::vector<std::string>& values);

  Node root_;
  std::deque<Route> routes_;
};

// One per file of handlers.
void AddIamRoutes(Router& router);
void AddMetadataRoutes(Router& router);
void AddVersionRoutes(Router& router);
void AddControlRoutes(Router& router);

void AddEcsCreateRoutes(Router& router);
void AddEcsServerRoutes(Router& router);
void AddEcsListRoutes(Router& router);
void AddEcsBatchRoutes(Router& router);
void AddEcsResizeRoutes(Router& router);
void AddEcsNicRoutes(Router& router);
void AddEcsDiskRoutes(Router& router);
void AddEcsTagRoutes(Router& router);
void AddEcsFlavorRoutes(Router& router);
void AddEcsGroupRoutes(Router& router);
void AddEcsJobRoutes(Router& router);
void AddEcsOtherRoutes(Router& router);

void AddNovaServerRoutes(Router& router);
void AddNovaCreateRoutes(Router& router);
void AddNovaActionRoutes(Router& router);
void AddNovaFlavorRoutes(Router& router);
void AddNovaKeyPairRoutes(Router& router);
void AddNovaAttachRoutes(Router& router);
void AddNovaMetadataRoutes(Router& router);
void AddNovaOtherRoutes(Router& router);

void AddVpcRoutes(Router& router);
void AddSecurityGroupRoutes(Router& router);
void AddNeutronRoutes(Router& router);
void AddEvsRoutes(Router& router);
void AddCinderRoutes(Router& router);
void AddImageRoutes(Router& router);
void AddPublicIpRoutes(Router& router);

}  // namespace emulator
