"""What fuzz targets begin with: tests/vectors in the form that each of them takes."""

import json
import os


def read_vectors(top, name):
    with open(os.path.join(top, "tests", "vectors", name), encoding="utf-8") as file:
        return [json.loads(line) for line in file]


def cty_vectors(top):
    vectors = read_vectors(top, "cty_valid.jsonl") + read_vectors(top, "cty_invalid.jsonl")
    # A handful is large, and none of those says more than its small sister.
    return [vector for vector in vectors if len(vector["msgpack_hex"]) <= 1000]


def type_line(vector):
    return b"t" + json.dumps(vector["type"]).encode() + b"\n"


def cty_msgpack(top):
    return [type_line(v) + bytes.fromhex(v["msgpack_hex"]) for v in cty_vectors(top)]


def cty_json(top):
    return [type_line(v) + v["json"].encode() for v in cty_vectors(top) if v.get("json")]


def cty_type(top):
    return sorted({json.dumps(vector["type"]).encode() for vector in cty_vectors(top)})


def cty_number(top):
    texts = {v["json"] for v in cty_vectors(top) if v["type"] == "number" and v.get("json")}
    return [text.encode() + b"\n" + b"\x3f\xb9\x99\x99\x99\x99\x99\x9a" for text in sorted(texts)]


SERVER = {
    "id": "6f0e2a4b-1111-4111-8111-111111111111",
    "name": "web-1",
    "flavor": "s3.medium.1",
    "image_id": "40000000-0000-4000-8000-000000000001",
    "vpc_id": "10000000-0000-4000-8000-000000000001",
    "network_interface": {"network_id": "20000000-0000-4000-8000-000000000001"},
    "system_disk": {"type": "SSD", "size_gb": 40},
    "tags": {"env": "prod"},
    "timeouts": {"create": "25m"},
}
REPLY = {
    "id": SERVER["id"],
    "name": "web-1",
    "status": "ACTIVE",
    "OS-EXT-STS:vm_state": "active",
    "OS-EXT-STS:power_state": 1,
    "flavor": {"id": "s3.medium.1"},
    "image": {"id": SERVER["image_id"]},
    "addresses": {SERVER["vpc_id"]: [{"addr": "10.0.0.5", "version": "4"}]},
    "tags": ["env=prod"],
    "os-extended-volumes:volumes_attached": [{"id": "v", "bootIndex": "0"}],
}
JOB = {"job_id": "j", "status": "SUCCESS", "entities": {"sub_jobs": [{"status": "FAIL"}]}}
FAULTS = [
    {"error": {"code": "Ecs.0031", "message": "no", "details": [{"code": "Ecs.0114"}]}},
    {"itemNotFound": {"code": 404, "message": '{"badRequest": {"message": "m"}}'}},
    {"error_code": "APIGW.0301", "error_msg": "Incorrect IAM authentication information"},
    {"message": "Ecs.0005", "code": "text", "request_id": "r"},
]
CATALOGUE = [{"type": "ecs", "endpoints": [{"interface": "public", "url": "https://e/v1/p"}]}]
DATE = b"Wed, 01 May 2024 08:30:00 GMT"


def text(value):
    return json.dumps(value).encode()


def answer(status, body, *headers):
    """As cloud_answers.h takes it: headers are (number, value)."""
    chosen = sum(1 << number for number, _ in headers)
    return bytes([status, chosen]) + b"".join(v + b"\n" for _, v in headers) + text(body) + b"\n"


def answers(_):
    bodies = [{"server": REPLY}, {"servers": [REPLY], "count": 1}, REPLY, JOB, CATALOGUE]
    whole = [b"\0" + answer(0, body) for body in bodies]
    refused = [b"\1" + answer(6 + n, fault, (0, b"120")) for n, fault in enumerate(FAULTS)]
    return whole + refused + [b"\0" + answer(13, FAULTS[0], (0, DATE))]


def exchanges(_):
    token = {"token": {"expires_at": "2024-05-02T08:30:00.0Z", "catalog": CATALOGUE}}
    token["token"]["project"] = {"id": "p"}
    login = answer(2, token, (2, b"the-token"))
    skewed = answer(7, FAULTS[2], (1, DATE))
    server, job = answer(0, {"server": REPLY}), answer(0, JOB)
    return [
        b"\x02\x03" + login + server,
        b"\x02\x03" + login + answer(7, FAULTS[2]) + login + server,
        b"\x01\x00" + skewed + answer(0, {"projects": [{"id": "p"}]}) + b"\x03" + server,
        b"\x25\x03" + answer(12, FAULTS[0], (0, b"3")) + server + b"\x0a" + job + job,
        b"\x24\x04" + answer(0, {"servers": [REPLY], "count": 1}),
        b"\x24\x1a" + server + server,
        b"\x0a\x03" + login + answer(0, {"catalog": CATALOGUE}) + server,
    ]


def urls(top):
    vectors = read_vectors(top, "signing.jsonl")
    return [v["url"].encode() + b"\n" + (v["body"] or "").encode() for v in vectors]


def settings(_):
    auth = b"    auth:\n      auth_url: https://iam.x.y/v3\n      token: t\n"
    file = b"clouds:\n  mine:\n" + auth + b"    verify: false\n"
    keys = b"OS_ACCESS_KEY=a\nOS_SECRET_KEY=s\nOS_INSECURE=true\n"
    return [
        b"OS_AUTH_URL=https://iam.eu-de.x.y/v3\nOS_TOKEN=t\nOS_MAX_RETRIES=3\n\n" + file,
        keys + b"OS_ECS_ENDPOINT_OVERRIDE=http://e\n\n" + file,
        b"\nclouds: {mine: {username: u, password: p, user_domain_name: d, region_name: r}}",
        b"\nclouds: &a\n  mine: {<<: *a, insecure: yes}\n",
    ]


def http_requests(_):
    two = b"Content-Length: 3\r\nConnection: close\r\n\r\nabcGET / HTTP/1.1\r\n\r\n"
    chunks = b"3;x=y\r\nabc\r\n0\r\nTrailer: t\r\n\r\n"
    return [
        b"GET /v1/p/cloudservers/detail?limit=1&name=a%20b HTTP/1.1\r\nHost: h\r\n\r\n",
        b"POST /a HTTP/1.1\r\n" + two,
        b"PUT /a HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n" + chunks,
        b"POST http://h/a HTTP/1.1\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n",
    ]


def cloud_requests(_):
    project = b"v1/0123456789abcdef0123456789abcdef/"
    nova = b"v2.1/0123456789abcdef0123456789abcdef/"
    server = {k: SERVER[k] for k in ("name", "vpc_id")}
    server.update(
        imageRef=SERVER["image_id"],
        flavorRef="s3.medium.1",
        availability_zone="eu-demo-01",
        nics=[{"subnet_id": "20000000-0000-4000-8000-000000000001"}],
        root_volume={"volumetype": "SSD"},
    )
    create = b"POST " + project + b"cloudservers " + text({"server": server}) + b"\n"
    return [
        create + b"GET " + project + b"cloudservers/detail?limit=10&offset=1\n",
        create + b"POST " + project + b"cloudservers/action " + text({"os-stop": {"servers": []}}),
        b"GET " + nova + b"servers/detail\nGET " + nova + b"flavors/detail\nGET v2/cloudimages",
        b"POST v3/auth/tokens " + text({"auth": {"identity": {"methods": ["password"]}}}),
        b"GET " + nova + b"os-keypairs\nGET " + project + b"vpcs\nGET " + project + b"subnets",
    ]


def states(_):
    source = dict(SERVER, nics=[{"network_id": "n", "port_id": "p"}])
    source["block_device"] = [{"boot_index": 0}]
    return [
        b"\0\0\0" + text(SERVER),
        b"\0\1\0" + text({"server_ids": ["a"], "triggers": {"v": "1"}, "batch_size": 5}),
        b"\2\0\0" + text({"id": SERVER["id"], "region": "eu-demo"}),
        b"\3\0\0" + SERVER["id"].encode(),
    ] + [b"\1\0\0" + bytes([move]) + text(source) for move in range(1, 6)]


def plain(*texts):
    return lambda _: [text.encode() for text in texts]


def varint(number):
    return bytes([number]) if number < 128 else bytes([number & 127 | 128]) + varint(number >> 7)


def field(number, data):
    """A protobuf field of bytes, text or a message."""
    return varint(number << 3 | 2) + varint(len(data)) + data


def rpc_messages(_):
    server, restart = b"ecs_server", b"ecs_server_restart"
    config = {name: value for name, value in SERVER.items() if name != "id"}
    value, state = field(2, text(config)), field(2, text(SERVER))  # DynamicValue.json
    orders = field(2, text({"server_ids": [SERVER["id"]], "triggers": {"a": "b"}}))
    move = b"registry.terraform.io/huaweicloud/huaweicloud"
    return [
        b"\0" + field(1, server) + field(4, value),
        b"\0" + field(1, server) + field(2, state) + field(4, value) + field(7, b"\x10\1"),
        b"\0" + field(1, restart) + field(4, orders),
        b"\1" + field(1, server) + field(2, value),
        b"\2" + field(1, server) + field(3, field(1, text(SERVER))),
        b"\3" + field(1, server) + field(2, state),
        b"\4" + field(1, server) + field(3, value) + field(4, value),
        b"\5" + field(1, server) + field(3, field(1, text({"id": "x"}))),
        b"\6" + field(1, server) + field(2, SERVER["id"].encode()),
        b"\7" + field(1, server) + field(2, state),
        b"\x08"
        + field(1, move)
        + field(2, b"huaweicloud_compute_instance")
        + field(5, server)
        + field(4, field(1, text(SERVER))),
        b"\x09" + field(1, b"ecs_flavors") + field(2, field(2, b"{}")),
        b"\x0a" + field(1, b"ecs_servers") + field(2, field(2, b"{}")),
        b"\x0c" + field(1, b"ecs_token") + field(2, field(2, b"{}")),
        b"\x0d" + field(1, b"ecs_token") + field(2, b"{}"),
        b"\x0f" + field(1, b"parse_flavor") + field(2, field(2, b'"s3.xlarge.4"')),
        b"\x0f" + field(1, b"cloud_init") + field(2, field(2, b'"#!/bin/sh"')),
        b"\x12" + field(1, b"ecs_restart_servers") + field(2, orders),
        b"\x14"
        + field(1, server)
        + field(2, field(2, text({"name_regex": "^web"})))
        + b"\x20\x64",  # limit
        b"\x15" + field(1, b"ecs_restart_servers") + orders,
        b"\x16" + field(1, field(2, text({"region": "eu-de", "token": "t"}))),
        b"\x17" + field(1, b"1.16.0") + field(2, field(2, text({"region": "eu-de", "token": "t"}))),
    ]


SEEDS = {
    "answer": answers,
    "checks": plain("90s", "1h30m", "10.0.0.1", SERVER["id"], "^web-[0-9]+$", "(a|b)*?c{2,3}"),
    "cty_json": cty_json,
    "cty_msgpack": cty_msgpack,
    "cty_number": cty_number,
    "cty_type": cty_type,
    "emulator": cloud_requests,
    "exchange": exchanges,
    "function": plain("\0\1#!/bin/sh\n", "\0\2#cloud-config\n#include\n", "\1s3.large.4\n"),
    "handshake": plain("6,5", "/tmp", "ecs-cloud/ecs"),
    "http_wire": http_requests,
    "rpc": rpc_messages,
    "settings": settings,
    "state": states,
    "url": urls,
}


def seeds_of(top, name):
    """The seeds of the target `name`, as bytes; some have none."""
    return SEEDS[name](top) if name in SEEDS else []
