#!/usr/bin/env python3
"""Drives the emulator with clients of others: Huawei's SDK, openstacksdk, the openstack command.

Usage: clients_check.py PATH_OF_ECS_EMULATOR
Clients that are not installed (huaweicloudsdkecs, openstacksdk, python-openstackclient) are skipped
and named. Exits 1 if one of the others fails.
"""

import select
import base64
import contextlib
import importlib.util
import json
import os
import shutil
import subprocess
import sys
import time
import urllib.request

PROJECT = "0123456789abcdef0123456789abcdef"
VPC = "10000000-0000-4000-8000-000000000001"
NETWORK = "20000000-0000-4000-8000-000000000001"
IMAGE = "40000000-0000-4000-8000-000000000001"
WEB_GROUP = "30000000-0000-4000-8000-000000000002"


@contextlib.contextmanager
def emulator(path):
    process = subprocess.Popen(
        [path, "--port", "0", "--speed", "5"], stdout=subprocess.PIPE, text=True
    )
    try:
        yield json.loads(process.stdout.readline())["url"]
    finally:
        process.terminate()
        process.wait()


def wait(ask, what, seconds=20):
    """Asks until the answer is true, and returns it."""
    end = time.time() + seconds
    while time.time() < end:
        answer = ask()
        if answer:
            return answer
        select.select([], [], [], 0.05)
    raise AssertionError(f"did not happen: {what}")


def check_openstacksdk(url):
    import openstack

    cloud = openstack.connect(
        auth_url=f"{url}/v3",
        username="demo",
        password="demo-password",
        user_domain_name="demo-domain",
        project_name="eu-demo",
        project_domain_name="demo-domain",
        region_name="eu-demo",
    )
    compute = cloud.compute
    assert len(list(compute.flavors())) > 5
    assert len(list(compute.availability_zones())) == 3
    assert cloud.image.find_image("Standard_Debian_12_latest").id
    assert cloud.network.find_network("demo-subnet").id == NETWORK
    key = compute.create_keypair(name="sdk-key")
    assert key.private_key
    group = compute.create_server_group(name="sdk-group", policies=["anti-affinity"])
    flavor = compute.find_flavor("s3.medium.2")
    server = compute.create_server(
        name="sdk-01",
        flavor_id=flavor.id,
        image_id=IMAGE,
        networks=[{"uuid": NETWORK}],
        key_name="sdk-key",
        metadata={"a": "b"},
    )
    server = compute.wait_for_server(server, interval=0.1, wait=20)
    assert server.status == "ACTIVE", server.status
    assert any(s.id == server.id for s in compute.servers(details=True))
    compute.set_server_metadata(server, colour="blue")
    compute.add_tag_to_server(server, "t1")
    compute.update_server(server, name="sdk-02")
    compute.resize_server(server, compute.find_flavor("s3.large.2").id)
    server = compute.wait_for_server(server, status="VERIFY_RESIZE", interval=0.1, wait=20)
    compute.confirm_server_resize(server)
    server = compute.wait_for_server(server, status="ACTIVE", interval=0.1, wait=20)
    compute.resize_server(server, "s3.xlarge.2")
    server = compute.wait_for_server(server, status="VERIFY_RESIZE", interval=0.1, wait=20)
    compute.revert_server_resize(server)
    server = compute.wait_for_server(server, status="ACTIVE", interval=0.1, wait=20)
    assert server.flavor.original_name == "s3.large.2", server.flavor
    compute.reboot_server(server, "SOFT")
    server = compute.wait_for_server(server, status="ACTIVE", interval=0.1, wait=20)
    wait(lambda: compute.get_server(server.id).task_state is None, "reboot ended")
    compute.stop_server(server)
    server = compute.wait_for_server(server, status="SHUTOFF", interval=0.1, wait=20)
    compute.start_server(server)
    server = compute.wait_for_server(server, status="ACTIVE", interval=0.1, wait=20)
    compute.add_security_group_to_server(server, compute_group(cloud))
    volume = cloud.block_storage.create_volume(name="data", size=10)
    cloud.block_storage.wait_for_status(volume, "available", interval=0.1, wait=20)
    compute.create_volume_attachment(server, volume_id=volume.id)
    wait(lambda: cloud.block_storage.get_volume(volume.id).status == "in-use", "volume attached")
    compute.delete_volume_attachment(server, volume.id)
    wait(lambda: cloud.block_storage.get_volume(volume.id).status == "available", "volume detached")
    cloud.block_storage.delete_volume(volume)
    nic = compute.create_server_interface(server, net_id=NETWORK)
    assert len(list(compute.server_interfaces(server))) == 2
    compute.delete_server_interface(nic.port_id, server=server)
    assert list(compute.server_actions(server))
    compute.delete_server(server)
    compute.wait_for_delete(server, interval=0.1, wait=20)
    compute.delete_keypair("sdk-key")
    compute.delete_server_group(group)
    compute.get_limits()


def compute_group(cloud):
    return cloud.network.find_security_group(WEB_GROUP)


def check_openstack_command(url):
    environment = dict(
        os.environ,
        OS_AUTH_URL=f"{url}/v3",
        OS_USERNAME="demo",
        OS_PASSWORD="demo-password",
        OS_USER_DOMAIN_NAME="demo-domain",
        OS_PROJECT_NAME="eu-demo",
        OS_PROJECT_DOMAIN_NAME="demo-domain",
        OS_REGION_NAME="eu-demo",
        OS_IDENTITY_API_VERSION="3",
    )

    def run(*words):
        done = subprocess.run(
            [command("openstack"), *words], env=environment, capture_output=True, text=True
        )
        assert done.returncode == 0, f"openstack {' '.join(words)}: {done.stderr}{done.stdout}"
        return done.stdout

    run("flavor", "list")
    run("image", "list")
    run("network", "list")
    run("availability", "zone", "list", "--compute")
    run(
        "server",
        "create",
        "--flavor",
        "s3.medium.2",
        "--image",
        "Standard_Debian_12_latest",
        "--network",
        "demo-subnet",
        "--key-name",
        "demo-key",
        "--security-group",
        "web",
        "--wait",
        "cli-01",
    )
    assert "cli-01" in run("server", "list")
    assert "s3.medium.2" in run("server", "show", "cli-01")
    run("server", "resize", "--flavor", "s3.large.2", "--wait", "cli-01")
    run("server", "resize", "confirm", "cli-01")
    wait(
        lambda: "ACTIVE" in run("server", "show", "-c", "status", "-f", "value", "cli-01"),
        "confirmed",
    )
    run("server", "reboot", "--hard", "--wait", "cli-01")
    run("server", "stop", "cli-01")
    wait(
        lambda: "SHUTOFF" in run("server", "show", "-c", "status", "-f", "value", "cli-01"),
        "stopped",
    )
    run("server", "start", "cli-01")
    wait(
        lambda: "ACTIVE" in run("server", "show", "-c", "status", "-f", "value", "cli-01"),
        "started",
    )
    run("server", "event", "list", "cli-01")
    run("server", "set", "--property", "a=b", "cli-01")
    run("limits", "show", "--absolute")
    run("keypair", "list")
    run("server", "delete", "--wait", "cli-01")


def check_huawei(url):
    from huaweicloudsdkcore.auth.credentials import BasicCredentials
    from huaweicloudsdkecs.v2 import EcsClient
    from huaweicloudsdkecs.v2 import model as m

    credentials = BasicCredentials(
        "AKDEMO0000000000DEMO", "SKDEMO00000000000000000000000000000DEMO", PROJECT
    )
    ecs = EcsClient.new_builder().with_credentials(credentials).with_endpoints([url]).build()

    def job(answer):
        def ended():
            shown = ecs.show_job(m.ShowJobRequest(job_id=answer.job_id))
            return shown if shown.status in ("SUCCESS", "FAIL") else None

        shown = wait(ended, "the job ended")
        assert shown.status == "SUCCESS", shown
        return shown

    server = m.PrePaidServer(
        name="hw-01",
        image_ref=IMAGE,
        flavor_ref="s3.medium.2",
        vpcid=VPC,
        nics=[m.PrePaidServerNic(subnet_id=NETWORK)],
        root_volume=m.PrePaidServerRootVolume(volumetype="SSD", size=40),
        data_volumes=[m.PrePaidServerDataVolume(volumetype="SAS", size=10)],
        user_data=base64.b64encode(b"#cloud-config").decode(),
        count=2,
    )
    made = ecs.create_servers(
        m.CreateServersRequest(body=m.CreateServersRequestBody(server=server))
    )
    job(made)
    ids = made.server_ids
    assert len(ids) == 2
    shown = ecs.show_server(m.ShowServerRequest(server_id=ids[0])).server
    assert shown.status == "ACTIVE" and shown.flavor.ram == "2048"
    listed = ecs.list_servers_details(m.ListServersDetailsRequest(limit=10, offset=1))
    assert listed.count == 2
    servers = [m.ServerId(id=i) for i in ids]
    job(
        ecs.batch_reboot_servers(
            m.BatchRebootServersRequest(
                body=m.BatchRebootServersRequestBody(
                    reboot=m.BatchRebootSeversOption(servers=servers, type="SOFT")
                )
            )
        )
    )
    job(
        ecs.batch_stop_servers(
            m.BatchStopServersRequest(
                body=m.BatchStopServersRequestBody(
                    os_stop=m.BatchStopServersOption(servers=servers, type="HARD")
                )
            )
        )
    )
    job(
        ecs.resize_server(
            m.ResizeServerRequest(
                server_id=ids[0],
                body=m.ResizeServerRequestBody(
                    resize=m.ResizePrePaidServerOption(flavor_ref="s3.large.2")
                ),
            )
        )
    )
    assert ecs.show_server(m.ShowServerRequest(server_id=ids[0])).server.flavor.id == "s3.large.2"
    job(
        ecs.batch_start_servers(
            m.BatchStartServersRequest(
                body=m.BatchStartServersRequestBody(
                    os_start=m.BatchStartServersOption(servers=servers)
                )
            )
        )
    )
    tag = m.ServerTag(key="team", value="red")
    ecs.batch_create_server_tags(
        m.BatchCreateServerTagsRequest(
            server_id=ids[0], body=m.BatchCreateServerTagsRequestBody(action="create", tags=[tag])
        )
    )
    assert ecs.show_server_tags(m.ShowServerTagsRequest(server_id=ids[0])).tags[0].key == "team"
    assert (
        ecs.list_server_block_devices(m.ListServerBlockDevicesRequest(server_id=ids[0]))
        .volume_attachments[0]
        .size
        == 40
    )
    assert ecs.list_server_interfaces(
        m.ListServerInterfacesRequest(server_id=ids[0])
    ).interface_attachments
    assert ecs.list_flavors(m.ListFlavorsRequest(availability_zone="eu-demo-01")).flavors
    assert ecs.list_resize_flavors(
        m.ListResizeFlavorsRequest(source_flavor_id="s3.medium.2")
    ).flavors
    assert ecs.show_server_limits(m.ShowServerLimitsRequest()).absolute.total_instances_used == 2
    ecs.update_server_metadata(
        m.UpdateServerMetadataRequest(
            server_id=ids[0], body=m.UpdateServerMetadataRequestBody(metadata={"a": "b"})
        )
    )
    ecs.nova_list_keypairs(m.NovaListKeypairsRequest())
    job(
        ecs.delete_servers(
            m.DeleteServersRequest(
                body=m.DeleteServersRequestBody(
                    servers=servers, delete_volume=True, delete_publicip=True
                )
            )
        )
    )


def command(name):
    return shutil.which(name) or os.path.join(os.path.dirname(sys.executable), name)


def left_over(url):
    state = json.load(urllib.request.urlopen(f"{url}/_emulator/state"))
    return {
        kind: state[kind] for kind in ("servers", "volumes", "ports", "public_ips") if state[kind]
    }


def main():
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    checks = [
        ("huaweicloudsdkecs", importlib.util.find_spec("huaweicloudsdkecs"), check_huawei),
        ("openstacksdk", importlib.util.find_spec("openstack"), check_openstacksdk),
        ("openstack command", os.path.exists(command("openstack")), check_openstack_command),
    ]
    failed = False
    for name, there, check in checks:
        if not there:
            print(f"skipped: {name} is not installed")
            continue
        with emulator(sys.argv[1]) as url:
            try:
                check(url)
                wait(lambda: not left_over(url), "an empty cloud")
                assert not left_over(url), f"left over: {left_over(url)}"
                unknown = json.load(urllib.request.urlopen(f"{url}/_emulator/journal"))["unknown"]
                assert not unknown, f"asked for routes that the emulator lacks: {unknown}"
                print(f"fine: {name}")
            except Exception as problem:  # the next client is worth its check too
                failed = True
                print(f"FAILED: {name}: {type(problem).__name__}: {problem}")
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
