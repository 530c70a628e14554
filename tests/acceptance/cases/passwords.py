"""The administrator's password: set, changed in place, and as admin_password_wo never stored."""

import hcl
from case import Case, each_tool
from features import needs
from hcl import Raw

FIRST = "Correct-Horse-1"
SECOND = "Battery-Staple-2"


class Passwords(Case):
    def resets(self):
        """The answers to each order to set a password."""
        return [entry["status"] for entry in self.cloud.calls("ResetPassword")]

    def sent_with_create(self):
        (create,) = self.cloud.calls("CreateServers")
        return create["body"]["server"].get("adminPass")


@needs("write-only")
class WriteOnly(Passwords):
    def declare(self, password, version):
        """By way of a variable: what is written into main.tf is in each plan file, too."""
        variable = hcl.block("variable", "password", type=Raw("string"), ephemeral=True)
        server = self.server(
            admin_password_wo=password and Raw("var.password"), admin_password_wo_version=version
        )
        self.configure(variable, server)
        self.work.environment["TF_VAR_password"] = password or ""

    @each_tool
    def test_it_is_never_stored(self):
        self.declare(FIRST, "1")
        stored = self.plan_and_apply()
        self.assertEqual(self.sent_with_create(), FIRST)
        self.declare(SECOND, "2")
        stored += self.plan_and_apply()
        self.assertEqual(self.resets(), [204])
        self.assertIn("os-reset-password", stored, "the log is missing")
        self.assertIn("admin_password_wo_version", stored)
        self.assertNotIn(FIRST, stored)
        self.assertNotIn(SECOND, stored)
        self.assertIsNone(self.state_of()["admin_password_wo"])
        self.assertEqual(self.state_of()["admin_password_wo_version"], "2")
        self.plan_is_empty()
        self.assertEqual(self.resets(), [204])

    def test_only_another_version_sets_it(self):
        self.declare(FIRST, "1")
        self.apply()
        self.declare(SECOND, "1")
        self.plan_is_empty()
        self.assertEqual(self.resets(), [])
        self.declare(SECOND, "2")
        self.assert_says(
            self.plan(), '~ admin_password_wo_version *= "1" -> "2"', "0 to add, 1 to change"
        )
        before = self.server_id()
        self.apply()
        self.assertEqual(self.resets(), [204])
        self.assertEqual(self.server_id(), before)
        self.plan_is_empty()

    def test_no_password_any_more_is_no_order(self):
        self.declare(FIRST, "1")
        self.apply()
        self.declare(None, None)
        self.assert_says(self.plan(), "0 to add, 1 to change, 0 to destroy")
        self.apply()
        self.assertEqual(self.resets(), [])
        self.plan_is_empty()

    def test_a_weak_one_is_refused_by_validate(self):
        self.configure(self.server(admin_password_wo="onlylowercase"))
        self.validate_fails(
            "Error: The password is too weak with ecs_server.web, on main.tf",
            "admin_password_wo must hold at least three of: upper case letters, lower case "
            "letters, digits, other characters.",
        )
        self.assertEqual(self.cloud.journal(), [])

    @each_tool
    def test_a_weak_one_is_refused_by_plan_when_it_comes_from_a_variable(self):
        for password, text in (
            ("onlylowercase", "admin_password_wo must hold at least three of"),
            ("Sh0rt", "admin_password_wo must have 8 to 26 characters"),
        ):
            self.declare(password, "1")
            self.plan_fails(text, 'on main.tf line [0-9]+, in resource "ecs_server" "web":')
        self.assertEqual(self.cloud.journal(), [])

    def test_a_version_needs_a_password(self):
        self.declare(None, "1")
        self.validate_fails(
            "admin_password_wo_version needs admin_password_wo",
            'with ecs_server.web, .*: admin_password_wo_version = "1"',
        )

    def test_two_passwords_are_one_too_many(self):
        self.configure(self.server(admin_password=FIRST, admin_password_wo=SECOND))
        self.validate_fails("Set either admin_password or admin_password_wo, not both")

    def test_a_refused_change_is_tried_again(self):
        self.declare(FIRST, "1")
        self.apply()
        self.declare(SECOND, "2")
        self.cloud.plan_fault("ResetPassword", "refuse", status=400, code="Ecs.0011")
        outcome = self.apply_fails("Setting the password failed", "Ecs.0011")
        self.assert_faults_seen()
        self.assert_silent_about(outcome, SECOND)
        self.assertEqual(self.state_of()["admin_password_wo_version"], "1")
        self.assert_says(self.plan(), "1 to change")
        self.apply()
        self.assertEqual(self.resets(), [400, 204])
        self.plan_is_empty()


class InTheState(Passwords):
    def test_it_is_set_with_the_server_and_changed_in_place(self):
        self.configure(self.server(admin_password=FIRST))
        self.assert_silent_about(self.plan(), FIRST)
        self.apply()
        self.assertEqual(self.sent_with_create(), FIRST)
        before = self.server_id()
        self.configure(self.server(admin_password=SECOND))
        outcome = self.plan()
        self.assert_says(outcome, "0 to add, 1 to change, 0 to destroy")
        self.assert_silent_about(outcome, FIRST, SECOND)
        self.apply()
        self.assertEqual(self.resets(), [204])
        self.assertEqual(self.server_id(), before)
        self.assertEqual(self.state_of()["admin_password"], SECOND)
        self.plan_is_empty()

    def test_a_weak_one_is_refused_early(self):
        self.configure(self.server(admin_password="onlylowercase"))
        self.validate_fails("admin_password must hold at least three of", "with ecs_server.web")
