#!/usr/bin/env python3
"""The rules of tidy.py find what they ban, and only that."""

import os
import tempfile
import unittest

import citations
import tidy


def findings(path, text):
    with tempfile.TemporaryDirectory() as top:
        os.makedirs(os.path.join(top, os.path.dirname(path)), exist_ok=True)
        with open(os.path.join(top, path), "w", encoding="utf-8") as file:
            file.write(text)
        source = tidy.Source(top, path)
        return [text for check in tidy.CHECKS for _, text in check(source)]


KNOWN = {"ecs-v1.md": {"2", "2.8", "13"}, "real-nova.md": {"6"}}


def cited(path, text):
    with tempfile.TemporaryDirectory() as top:
        os.makedirs(os.path.join(top, os.path.dirname(path)), exist_ok=True)
        with open(os.path.join(top, path), "w", encoding="utf-8") as file:
            file.write(text)
        return list(citations.check_citations(tidy.Source(top, path), KNOWN))


class CitationTest(unittest.TestCase):
    def test_what_exists_is_cited(self):
        self.assertEqual(
            cited(
                "client/a.cc",
                "// As ecs-v1.md sections 2.8 and\n// 13 say (real-nova.md 6).\n"
                "int a;  // ecs-v1.md\n",
            ),
            [],
        )

    def test_a_document_that_is_not_there_is_found(self):
        self.assertEqual(
            cited("client/a.cc", "\n// Rules: styles.md section 1.\n"),
            [(2, "cites styles.md: no such document in docs/internals")],
        )

    def test_a_section_that_is_not_there_is_found_across_lines(self):
        self.assertEqual(
            cited("client/a.cc", "// See ecs-v1.md sections 2,\n// 2.8 and\n// 14.\n"),
            [(1, "cites ecs-v1.md section 14: it has no such heading")],
        )
        self.assertEqual(
            cited("tests/a.py", '"""Facts: real-nova.md 7."""\n'),
            [(1, "cites real-nova.md section 7: it has no such heading")],
        )

    def test_code_is_no_comment(self):
        self.assertEqual(cited("client/a.cc", 'const char* a = "styles.md section 1";\n'), [])


class TidyTest(unittest.TestCase):
    def assert_found(self, word, path, text):
        found = findings(path, text)
        self.assertTrue(any(word in line for line in found), f"no '{word}' in {found}")

    def test_a_sleep_is_found_with_its_replacement(self):
        self.assert_found(
            "call.clock.SleepUntil", "client/a.cc", "void F() { std::this_thread::sleep_for(x); }\n"
        )

    def test_words_in_comments_and_literals_are_not_code(self):
        self.assertEqual(
            findings("client/a.cc", '// sleep_for\nauto x = "std::cout";\n/* printf( */\n'), []
        )

    def test_stdout_belongs_to_terraform(self):
        self.assert_found("stdout is Terraform's", "resources/a.cc", 'void F() { printf("x"); }\n')
        self.assertEqual(findings("resources/a.cc", 'void F() { snprintf(b, n, "x"); }\n'), [])

    def test_layers_are_kept(self):
        self.assert_found(
            "knows nothing of servers", "provider/rpc/a.cc", '#include "client/cloud.h"\n'
        )
        self.assert_found(
            "shares no mapping", "tests/emulator/a.cc", '#include "provider/cty/value.h"\n'
        )
        self.assert_found("curl stays", "client/a.cc", "#include <curl/curl.h>\n")
        self.assertEqual(findings("client/curl_transport.cc", "#include <curl/curl.h>\n"), [])

    def test_reveal_needs_its_reason_above(self):
        self.assert_found("say why", "client/a.cc", "void F() {\n  Use(x.Reveal());\n}\n")
        self.assertEqual(
            findings(
                "client/a.cc", "void F() {\n  // The header is the token.\n  U(x.Reveal());\n}\n"
            ),
            [],
        )

    def test_a_long_function_is_found_and_a_long_table_is_not(self):
        body = "  Call();\n" * 80
        self.assert_found(
            "a function of 82 lines",
            "client/a.cc",
            "Status Do(const Call& call) {\n" + body + "}\n",
        )
        self.assertEqual(
            findings("client/a.cc", "constexpr int kTable[] = {\n" + "  1,\n" * 80 + "};\n"), []
        )
        self.assertEqual(findings("client/a.cc", "namespace ecs {\n" + "int a;\n" * 80 + "}\n"), [])

    def test_long_lines_and_long_files_are_found(self):
        self.assert_found("columns", "client/a.cc", "int " + "a" * 100 + ";\n")
        self.assert_found("at most 500", "client/a.cc", "int a;\n" * 501)

    def test_unfinished_work_is_found_in_comments_too(self):
        self.assert_found("finish it", "client/a.cc", "// TO" + "DO later\n")


if __name__ == "__main__":
    unittest.main()
