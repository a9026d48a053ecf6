"""What a worker of Cornflow calls: it signs in, takes its data, says that it runs, signs in again, writes what it found."""

import json
import os
import signal
import sys
import time
from urllib.error import HTTPError
from urllib.parse import urljoin, urlparse
from urllib.request import Request, urlopen


class Client:
    def __init__(self, uri):
        parts = urlparse(uri)
        scheme = "http" if parts.scheme == "cornflow" else parts.scheme
        self.url = urljoin("%s://%s:%s" % (scheme, parts.hostname, parts.port), parts.path)
        self.headers = {"Content-Type": "application/json", "Content-Encoding": "br"}
        answer = self.ask("POST", "login/", {"username": parts.username, "password": parts.password})
        self.headers["Authorization"] = "Bearer " + answer["token"]

    def ask(self, method, path, body=None):
        data = None if body is None else json.dumps(body).encode()
        with urlopen(Request(urljoin(self.url, path), data, self.headers, method=method)) as answer:
            return json.load(answer)

    def status(self, method, path, body=None):
        try:
            self.ask(method, path, body)
            return 200
        except HTTPError as error:
            return error.code


def write(client, key, instance, solution, state=1):
    client.ask("PUT", "dag/%s/" % key, {
        "data": solution, "state": state, "log_text": "looked at %d offers" % len(solution),
        "log_json": {"status": "Optimal", "status_code": 1, "sol_code": 2, "solver": "python", "time": 0.1},
        "solution_schema": "worker", "kpis": {"figures": [{"value": 1}]},
    })
    client.ask("PUT", "dag/instance/%s/" % instance, {"checks": {"odd": [{"id": 1}]}})


uri = os.environ["CF_URI"]
conf = json.loads(os.environ["CF_CONF"])
key = conf["exec_id"]
assert key == os.environ["CF_EXEC_ID"] and uri == os.environ["AIRFLOW_CONN_CF_URI"]
client = Client(uri)
task = client.ask("GET", "dag/%s/" % key)
client.ask("PUT", "execution/%s/status/" % key, {"status": 0})
data, config, instance = task["data"], task["config"], task["id"]
deed = data.get("do")
print("the task is taken, by", uri)

if conf["checks_and_kpis_only"]:
    found = {"checks": {"late": [{"id": 2}]}, "kpis": {"figures": [{"value": 3}]}}
    client.ask("PUT", "dag/%s/" % key, {"state": 1, **found})
    client.ask("PUT", "dag/instance/%s/" % instance, {"checks": {"odd": []}})
    if "case_id" in conf:
        checks = {"checks": {"odd": []}, "solution_checks": found["checks"], "kpis": found["kpis"]}
        client.ask("PUT", "dag/case/%s/" % conf["case_id"], checks)
        print("another case:", client.status("PUT", "dag/case/%s/" % (conf["case_id"] - 1), checks))
    sys.exit(0)
if deed == "hang":
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    time.sleep(600)
if deed == "answer when told to end":
    def last(*_):
        write(client, key, instance, {"x": 7})
        sys.exit(0)
    signal.signal(signal.SIGTERM, last)
    client.ask("PUT", "dag/instance/%s/" % instance, {"checks": {"ready": []}})
    time.sleep(600)
if deed == "die":
    os.kill(os.getpid(), signal.SIGKILL)
if deed == "forget":
    sys.exit(0)
if deed == "raise":
    raise ValueError("no such thing")

client = Client(uri)
if deed == "fail":
    client.ask("PUT", "dag/%s/" % key, {"state": -1})
    client.ask("PUT", "execution/%s/status/" % key, {"status": -1})
    sys.exit(1)
if deed == "misfit":
    try:
        write(client, key, instance, [1])
    except HTTPError as error:
        print(error.read().decode())
        client.ask("PUT", "dag/%s/" % key, {"state": -6})
        sys.exit(1)
if deed == "reach out":
    other = data["other"]
    solution = {
        "otherData": client.status("GET", "dag/%s/" % other["execution"]),
        "otherSolution": client.status("PUT", "dag/%s/" % other["execution"], {"data": {}}),
        "otherState": client.status("PUT", "execution/%s/status/" % other["execution"], {"status": -1}),
        "otherChecks": client.status("PUT", "dag/instance/%s/" % other["instance"], {"checks": {}}),
        "executions": client.status("GET", "execution/"),
        "ownName": client.status("PUT", "execution/%s/" % key, {"name": "mine"}),
        "ownEnd": client.status("DELETE", "execution/%s/" % key),
        "users": client.status("GET", "user/"),
    }
    write(client, key, instance, solution)
    sys.exit(0)
if deed == "write twice":
    write(client, key, instance, {"x": 1})
if deed == "tell":
    write(client, key, instance, {"uri": uri})
    sys.exit(0)
write(client, key, instance, {"x": 2.50, "limit": config["timeLimit"]})
if deed == "linger":
    time.sleep(600)
