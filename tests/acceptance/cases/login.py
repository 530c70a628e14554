"""Ways to sign in, and the addresses that a compute service can have."""

import http.server
import json
import threading

import emulator
import hcl
from case import LARGE, Case, each_tool
from hcl import Raw


class SignIn(Case):
    def without_password(self):
        for name in ("OS_USERNAME", "OS_PASSWORD", "OS_DOMAIN_NAME"):
            del self.work.environment[name]

    def works(self):
        self.configure(self.server())
        self.apply()
        self.configure(self.server(flavor=LARGE))
        self.apply()
        self.plan_is_empty()
        self.destroy()


class Login(SignIn):
    def test_with_keys(self):
        self.without_password()
        self.work.environment["OS_ACCESS_KEY"] = emulator.ACCESS_KEY
        self.work.environment["OS_SECRET_KEY"] = emulator.SECRET_KEY
        self.works()
        self.assertEqual(self.cloud.calls("CreateToken"), [])

    def test_with_a_wrong_secret_key(self):
        self.without_password()
        self.work.environment["OS_ACCESS_KEY"] = emulator.ACCESS_KEY
        self.work.environment["OS_SECRET_KEY"] = "wrong-secret-key"
        self.configure(self.server())
        outcome = self.apply_fails("401")
        self.assert_silent_about(outcome, "wrong-secret-key")

    def test_with_a_token(self):
        self.cloud.api("GET", "/v1/{project}/cloudservers/detail")
        self.without_password()
        self.work.environment["OS_TOKEN"] = self.cloud.token
        self.works()

    def test_configured_in_the_provider_block(self):
        environment = self.work.environment
        settings = {
            "auth_url": environment.pop("OS_AUTH_URL"),
            "region": environment.pop("OS_REGION_NAME"),
            "project_name": environment.pop("OS_PROJECT_NAME"),
            "user_name": environment.pop("OS_USERNAME"),
            "password": environment.pop("OS_PASSWORD"),
            "domain_name": environment.pop("OS_DOMAIN_NAME"),
        }
        self.configure(self.server(), provider=settings)
        self.apply()
        self.plan_is_empty()

    def test_with_clouds_yaml_and_secure_yaml(self):
        environment = self.work.environment
        auth = {
            "auth_url": environment.pop("OS_AUTH_URL"),
            "project_name": environment.pop("OS_PROJECT_NAME"),
            "username": environment.pop("OS_USERNAME"),
            "user_domain_name": environment.pop("OS_DOMAIN_NAME"),
        }
        password = environment.pop("OS_PASSWORD")
        region = environment.pop("OS_REGION_NAME")
        cloud = {"auth": auth, "auth_type": "password", "regions": [region]}
        # YAML understands JSON.
        self.work.write("clouds.yaml", json.dumps({"clouds": {"demo": cloud}}))
        secure = {"clouds": {"demo": {"auth": {"password": password}}}}
        self.work.write("secure.yaml", json.dumps(secure))
        environment["OS_CLOUD"] = "demo"
        self.works()
        self.configure(self.server(), provider={"cloud": "other"})
        self.apply_fails('The cloud "other" cannot be read from clouds.yaml')

    def test_an_apply_without_changes_signs_in_at_most_once_a_process(self):
        self.configure(self.server())
        self.apply()
        self.cloud.clear_journal()
        self.plan_is_empty()
        self.assertLessEqual(len(self.cloud.calls("CreateToken")), 1)


class Refused(SignIn):
    """What the cloud refused is asked once in a run, however many objects need it."""

    once = "The provider does not ask again in this run"

    def servers(self, count):
        return self.server("node", name=Raw('"node-${count.index}"'), count=count)

    @each_tool
    def test_a_wrong_password_signs_in_once_for_a_fleet_that_is_made(self):
        self.work.environment["OS_PASSWORD"] = "wrong-password"
        self.configure(self.servers(20))
        outcome = self.apply_fails("The username or password is wrong", self.once)
        self.assertEqual(len(self.cloud.calls("CreateToken")), 1)
        self.assertEqual(len(self.cloud.journal()), 1)
        self.assert_silent_about(outcome, "wrong-password")

    def test_a_wrong_password_signs_in_once_for_a_fleet_that_is_read(self):
        self.configure(self.servers(20))
        self.apply("-parallelism=20")
        self.cloud.clear_journal()
        self.work.environment["OS_PASSWORD"] = "wrong-password"
        zones = [hcl.block("data", "ecs_availability_zones", f"z{i}") for i in range(5)]
        self.configure(self.servers(20), *zones)
        self.plan_fails("The username or password is wrong", self.once)
        self.assertEqual(len(self.cloud.calls("CreateToken")), 1)
        self.assertEqual(len(self.cloud.journal()), 1)

    def test_a_project_that_iam_does_not_know_is_asked_for_once(self):
        self.configure(self.servers(20), provider={"project_name": "eu-other"})
        self.apply_fails("Could not find project: eu-other", "project_name", self.once)
        self.assertEqual(len(self.cloud.journal()), 1)

    def test_a_wrong_region_is_asked_for_once(self):
        del self.work.environment["OS_PROJECT_NAME"]
        self.configure(self.servers(20), provider={"region": "eu-other"})
        self.apply_fails("Could not find project: eu-other", "OS_REGION_NAME", self.once)
        self.assertEqual(len(self.cloud.journal()), 1)

    def test_a_region_that_the_catalogue_lacks_is_named_beside_those_that_it_has(self):
        self.configure(self.servers(20), provider={"region": "eu-other"})
        self.apply_fails('in the region "eu-other"', f"The catalogue has it in {emulator.REGION}")
        self.assertEqual(len(self.cloud.journal()), 1)

    def test_a_wrong_secret_key_is_tried_once(self):
        self.without_password()
        self.work.environment["OS_ACCESS_KEY"] = emulator.ACCESS_KEY
        self.work.environment["OS_SECRET_KEY"] = "wrong-secret-key"
        self.work.environment["OS_PROJECT_ID"] = emulator.PROJECT_ID
        self.work.environment["OS_ECS_ENDPOINT_OVERRIDE"] = self.cloud.url
        self.configure(self.servers(20))
        outcome = self.apply_fails("401", self.once)
        self.assertEqual(len(self.cloud.journal()), 1)
        self.assert_silent_about(outcome, "wrong-secret-key")

    def test_a_sign_in_that_is_sent_elsewhere_is_told_and_goes_nowhere(self):
        for status, text in ((300, "a choice of addresses"), (302, "a redirect")):
            self.cloud.clear_journal()
            self.cloud.plan_fault("CreateToken", "refuse", status=status)
            self.configure(self.servers(5))
            outcome = self.apply_fails(f"The answer is {text} .HTTP {status}.", "Check auth_url")
            self.assert_faults_seen()
            self.assertEqual(len(self.cloud.journal()), 1)
            self.assert_silent_about(outcome, emulator.PASSWORD)

    def test_a_token_that_ended_early_is_replaced_and_the_work_goes_on(self):
        self.cloud.plan_fault("CreateServers", "refuse", status=401, code="APIGW.0307")
        self.configure(self.server())
        self.apply()
        self.assert_faults_seen()
        self.assertEqual(len(self.cloud.calls("CreateToken")), 2)


class Variables(SignIn):
    def test_those_of_huawei_cloud_are_read(self):
        environment = self.work.environment
        for theirs, ours in (
            ("HW_AUTH_URL", "OS_AUTH_URL"),
            ("HW_REGION_NAME", "OS_REGION_NAME"),
            ("HW_PROJECT_NAME", "OS_PROJECT_NAME"),
        ):
            environment[theirs] = environment.pop(ours)
        self.without_password()
        environment["HW_ACCESS_KEY"] = emulator.ACCESS_KEY
        environment["HW_SECRET_KEY"] = emulator.SECRET_KEY
        self.works()
        self.assertEqual(self.cloud.calls("CreateToken"), [])

    def test_the_users_and_the_projects_account_may_be_named_by_two(self):
        del self.work.environment["OS_DOMAIN_NAME"]
        self.work.environment["OS_USER_DOMAIN_NAME"] = emulator.DOMAIN
        self.work.environment["OS_PROJECT_DOMAIN_ID"] = "another-account"
        self.configure(self.server())
        self.apply_fails("Could not find project")
        self.work.environment["OS_PROJECT_DOMAIN_ID"] = emulator.DOMAIN_ID
        self.apply()


class ByProxy(SignIn):
    """A company's proxy that refuses every request with a page of its own."""

    def behind(self, status):
        proxy = http.server.ThreadingHTTPServer(("127.0.0.1", 0), PageHandler)
        proxy.status = status
        threading.Thread(target=proxy.serve_forever, args=(0.05,), daemon=True).start()
        self.addCleanup(proxy.server_close)
        self.addCleanup(proxy.shutdown)
        address = f"127.0.0.1:{proxy.server_address[1]}"
        self.work.environment["http_proxy"] = f"http://joe:proxy-password@{address}"
        self.work.environment["no_proxy"] = ""

    def test_its_refusal_is_told_as_the_proxys(self):
        for status in (403, 407):
            self.behind(status)
            self.configure(hcl.block("data", "ecs_availability_zones", "all"))
            outcome = self.plan_fails(
                "A proxy between this machine and the cloud refused the request",
                f"HTTP {status}",
                "Via: 1.1 webproxy",
                "Access denied by the web proxy",
                "Check the proxy variables",
            )
            self.assert_silent_about(outcome, "proxy-password", "administrator")
            self.assertEqual(self.cloud.journal(), [])


class PageHandler(http.server.BaseHTTPRequestHandler):
    def answer(self):
        page = b"<html><title>Access denied by the web proxy</title></html>"
        self.send_response(self.server.status)
        self.send_header("Content-Type", "text/html")
        self.send_header("Via", "1.1 webproxy")
        self.send_header("Content-Length", str(len(page)))
        self.end_headers()
        self.wfile.write(page)

    do_GET = do_POST = answer

    def log_message(self, *_):
        pass


class Agency(SignIn):
    role = {"agency_name": emulator.AGENCY, "domain_name": emulator.AGENCY_DOMAIN}

    def with_keys(self):
        self.without_password()
        self.work.environment["OS_ACCESS_KEY"] = emulator.ACCESS_KEY
        self.work.environment["OS_SECRET_KEY"] = emulator.SECRET_KEY

    def in_the_environment(self):
        self.work.environment["OS_AGENCY_NAME"] = emulator.AGENCY
        self.work.environment["OS_AGENCY_DOMAIN_NAME"] = emulator.AGENCY_DOMAIN
        self.work.environment["OS_DELEGATED_PROJECT"] = self.work.environment.pop("OS_PROJECT_NAME")

    def test_by_password(self):
        self.in_the_environment()
        self.works()
        self.assertNotEqual(self.cloud.calls("CreateAgencyToken"), [])

    def test_by_token(self):
        self.cloud.api("GET", "/v1/{project}/cloudservers/detail")
        self.cloud.clear_journal()
        self.without_password()
        self.work.environment["OS_TOKEN"] = self.cloud.token
        self.in_the_environment()
        self.works()
        self.assertNotEqual(self.cloud.calls("CreateAgencyToken"), [])
        self.assertEqual(self.cloud.calls("CreateToken"), [])

    def test_by_keys(self):
        self.with_keys()
        self.in_the_environment()
        self.works()
        self.assertNotEqual(self.cloud.calls("CreateAgencyKey"), [])
        self.assertEqual(self.cloud.calls("CreateToken"), [])

    def test_configured_in_the_provider_block(self):
        self.with_keys()
        self.work.environment["OS_AGENCY_NAME"] = "overridden"
        role = {**self.role, "duration_seconds": 1800}
        self.configure(self.server(), provider={"assume_role": role})
        self.apply()
        self.configure(self.server(), provider={"assume_role": role})
        self.plan_is_empty()
        self.assertNotEqual(self.cloud.calls("CreateAgencyKey"), [])

    def test_a_cloud_that_knows_the_other_name_of_the_field(self):
        self.cloud.plan_fault("CreateAgencyToken", "refuse", status=400, code="IAM.0011")
        self.in_the_environment()
        self.configure(self.server())
        self.apply()
        self.assertEqual(self.cloud.faults_not_seen(), [])

    def test_an_agency_that_is_none_is_named(self):
        for way in (lambda: None, self.with_keys):
            way()
            self.configure(
                self.server(), provider={"assume_role": {**self.role, "agency_name": "other"}}
            )
            outcome = self.apply_fails(
                'Assuming the agency "other" of the account "partner-domain" failed',
                "Could not find agency: other",
                "Agent Operator",
            )
            self.assert_silent_about(outcome, emulator.PASSWORD)
            self.assert_silent_about(outcome, emulator.SECRET_KEY)

    def test_an_agency_without_its_account_is_refused_before_anything_is_asked(self):
        self.configure(self.server(), provider={"assume_role": {"agency_name": "a"}})
        self.apply_fails("assume_role.domain_name is missing", "OS_AGENCY_DOMAIN_NAME")
        self.assertEqual(self.cloud.journal(), [])


class InsideAServer(SignIn):
    def inside_a_server(self):
        self.without_password()
        self.work.environment["OS_METADATA_SERVICE"] = "true"
        self.work.environment["OS_METADATA_ENDPOINT_OVERRIDE"] = self.cloud.url


class MetadataService(InsideAServer):
    def test_gives_the_keys(self):
        self.inside_a_server()
        self.works()
        self.assertEqual(self.cloud.calls("CreateToken"), [])
        self.assertNotEqual(self.cloud.calls("ShowSecurityKey"), [])

    def test_gives_the_keys_that_assume_an_agency(self):
        self.inside_a_server()
        self.configure(self.server(), provider={"assume_role": Agency.role})
        self.apply()
        self.plan_is_empty()
        self.assertNotEqual(self.cloud.calls("CreateAgencyKey"), [])

    def test_is_not_asked_unless_told_to(self):
        self.inside_a_server()
        self.configure(self.server(), provider={"metadata_service": False})
        self.apply_fails("No credentials", "OS_METADATA_SERVICE")
        self.assertEqual(self.cloud.journal(), [])

    def test_a_password_is_used_before_it(self):
        self.work.environment["OS_METADATA_SERVICE"] = "true"
        self.configure(self.server())
        self.apply()
        self.assertEqual(self.cloud.calls("ShowSecurityKey"), [])


class MetadataServiceThatWantsTokens(InsideAServer):
    emulator_flags = ("--metadata", "token")

    def test_gets_them(self):
        self.inside_a_server()
        self.works()
        self.assertNotEqual(self.cloud.calls("CreateMetadataToken"), [])


class MetadataServiceOfTheFirstVersion(InsideAServer):
    emulator_flags = ("--metadata", "first")

    def test_gives_the_keys_without_a_token(self):
        self.inside_a_server()
        self.works()


class MetadataKeysThatEndSoon(InsideAServer):
    # Keys are not used in their last 30 seconds.
    emulator_flags = ("--key-life", "32s")
    durations = {"create": "4s"}

    def test_are_renewed_while_a_server_is_made(self):
        self.inside_a_server()
        self.configure(self.server())
        self.apply()
        self.assertGreater(len(self.cloud.calls("ShowSecurityKey")), 1)


class ServerWithoutAgency(InsideAServer):
    emulator_flags = ("--metadata", "no-agency")

    def test_is_told_what_to_do(self):
        self.inside_a_server()
        self.configure(self.server())
        self.apply_fails(
            "The metadata service gave no keys.",
            "Please configure Cloud Service Agency first",
            "inside a server of the cloud that has an agency",
        )


class ComputeEndpoints(Case):
    def resize_with(self, path):
        endpoints = {"ecs": self.cloud.url + path}
        self.configure(self.server(), provider={"endpoints": endpoints})
        self.apply()
        self.configure(self.server(flavor=LARGE), provider={"endpoints": endpoints})
        self.apply()
        self.assertEqual(self.flavor_in_cloud(), LARGE)
        actions = [
            entry["path"] for entry in self.cloud.writes() if entry["path"].endswith("/action")
        ]
        self.plan_is_empty()
        return actions

    def test_v2(self):
        actions = self.resize_with(f"/v2/{emulator.PROJECT_ID}")
        self.assertTrue(all(path.startswith("/v2/") for path in actions), actions)

    def test_v2_1(self):
        actions = self.resize_with(f"/v2.1/{emulator.PROJECT_ID}")
        self.assertTrue(all(path.startswith("/v2.1/") for path in actions), actions)
