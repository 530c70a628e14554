// What people write: configurations that the cloud can serve, their changes, and their mistakes.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "tests/simulation/terraform.h"

namespace ecs::simulation {

class Configurations {
 public:
  Configurations(World& world, Workspace& workspace) : world_(world), workspace_(workspace) {}

  // By the rows; choice 0 is what is required and nothing else.
  cty::Value New(const Resource& resource, const std::string& name);
  // Another one for a resource that has one.
  cty::Value Changed(const Resource& resource, const std::string& name);
  // What is required and nothing else, of the first legal values.
  static cty::Value Required(const Resource& resource);
  // Without what an import cannot find out.
  static cty::Value Importable(const Resource& resource);

  // A mistake in the configuration of a server: an id that does not exist, or too little time.
  void Mistake(Resource& resource, const std::string& name);
  bool HasMistake(const Resource& resource) const { return mistakes_.count(resource.address) > 0; }
  // The user corrects all mistakes.
  void Correct();

  // The servers in the state: what other resources name.
  std::vector<std::string> ServerIds() const;

 private:
  struct Member {
    std::string object = {};  // "": the attribute stands at the top
    std::string attribute = {};
    cty::Value right = {};
  };
  cty::Value Servable(cty::Value config, const cty::Value& before, const std::string& name);
  void Set(Resource& resource, const Member& member, const cty::Value& value);

  World& world_;
  Workspace& workspace_;
  std::map<std::string, std::vector<Member>> mistakes_ = {};  // by address, the latest last
};

}  // namespace ecs::simulation
