import type { Contract, Machine } from '../cloud/index.ts';
import { drawHex } from '../cloud/index.ts';

/** Where the simulator tells a machine about its GPUs. Only the simulator writes there. */
export const gpuFolder = '/run/gpus';

/**
 * Where whoever is in the machine may say what its GPUs do: a line for each GPU with its use in percent and its
 * memory in MiB, or one word: `failed` (the driver does not answer), `unsupported` (figures are not available) or
 * `mig` (the first GPU is divided).
 */
export const loadFile = '/etc/gpu-load';

/** One line for each GPU; the fields are separated by tabs. */
export const describeGpus = (contract: Contract, machine: Machine): string =>
  Array.from({ length: contract.numGpus }, (_, index) => {
    const uuid = drawHex(32, machine.index, 'gpu', index);
    const parts = [
      uuid.slice(0, 8),
      uuid.slice(8, 12),
      uuid.slice(12, 16),
      uuid.slice(16, 20),
      uuid.slice(20),
    ];
    const { gpu } = machine;
    return [
      index,
      /^(RTX \d|GTX)/.test(gpu.name) ? `NVIDIA GeForce ${gpu.name}` : `NVIDIA ${gpu.name}`,
      `GPU-${parts.join('-')}`,
      gpu.memoryMb,
      gpu.maxPowerWatt,
      machine.driverVersion,
      machine.cudaVersion.toFixed(1),
      (gpu.computeCapability / 100).toFixed(1),
      `00000000:${(index + 1).toString(16).padStart(2, '0').toUpperCase()}:00.0`,
    ].join('\t');
  }).join('\n');

/** The load that was set from outside, in the form of `loadFile`; empty when none was. */
export const describeLoad = ({ load }: Contract): string =>
  load.gpuPercent.map((percent, index) => `${percent} ${load.gpuMemoryMb[index] ?? 0}`).join('\n');

/**
 * Answers as NVIDIA's program does: the table, `-L`, and `--query-gpu` with and without header and units. A machine
 * at rest shows a little noise, which moves with the seconds.
 */
export const nvidiaSmi = `#!/bin/sh
# Simulated nvidia-smi.
query= apps= format= list= id= loop=
for argument in "$@"; do
  case "$argument" in
    --query-gpu=*) query=\${argument#*=} ;;
    --query-compute-apps=*) apps=\${argument#*=} ;;
    --format=*) format=\${argument#*=} ;;
    -L|--list-gpus) list=1 ;;
    --id=*) id=\${argument#*=} ;;
    --loop=*) loop=\${argument#*=} ;;
    -i|-l) pending=$argument; continue ;;
    *)
      case "$pending" in
        -i) id=$argument ;;
        -l) loop=$argument ;;
        *) echo "Invalid combination of input arguments. Please run 'nvidia-smi -h' for help."; exit 1 ;;
      esac ;;
  esac
  pending=
done
load=${loadFile}
[ -s "$load" ] || load=${gpuFolder}/load
[ -r "$load" ] || load=/dev/null
if grep -qx failed "$load" 2>/dev/null; then
  echo "NVIDIA-SMI has failed because it couldn't communicate with the NVIDIA driver. Make sure that the latest NVIDIA driver is installed and running."
  echo
  exit 9
fi
show() {
  awk -F '\\t' -v query="$query" -v apps="$apps" -v format="$format" -v list="$list" -v id="$id" \\
    -v load="$load" -v now="$(date +%s)" -v stamp="$(date '+%Y/%m/%d %H:%M:%S').000" \\
    -v today="$(date '+%a %b %e %H:%M:%S %Y')" '
  function unit(value, name) { return (units && value != "[N/A]") ? value " " name : value }
  function na(value) { return special == "unsupported" ? "[N/A]" : value }
  BEGIN {
    units = format !~ /nounits/
    lines = 0
    while ((getline line < load) > 0) {
      if (line ~ /^(unsupported|mig)$/) { special = line; continue }
      split(line, part, " ")
      used[lines] = part[1] + 0; memory[lines++] = part[2] + 0
    }
    labels["temperature.gpu"] = ""; labels["utilization.gpu"] = " [%]"; labels["utilization.memory"] = " [%]"
    labels["memory.total"] = labels["memory.used"] = labels["memory.free"] = " [MiB]"
    labels["power.draw"] = labels["power.limit"] = " [W]"
    labels["clocks.sm"] = labels["clocks.mem"] = " [MHz]"; labels["fan.speed"] = " [%]"
    plain = "index name gpu_name uuid gpu_uuid driver_version count pstate compute_cap pci.bus_id gpu_bus_id serial mig.mode.current timestamp"
    split(plain, names, " "); for (n in names) labels[names[n]] = ""
    wanted = split(query, fields, ",")
    for (n = 1; n <= wanted; n++) {
      gsub(/^ +| +$/, "", fields[n])
      if (!(fields[n] in labels)) { print "Field \\"" fields[n] "\\" is not a valid field to query.\\n"; exit bad = 2 }
    }
  }
  {
    i = $1; names_of[i] = $2; uuid[i] = $3; total[i] = $4; watt[i] = $5; driver = $6; cuda = $7; cap[i] = $8; bus[i] = $9
    noise = (now * 7919 + i * 104729) % 1000 / 1000
    busy = (i in used) ? used[i] : int(noise * 2)
    taken = (i in used) ? memory[i] : 1 + int(noise * 4)
    v[i, "index"] = i; v[i, "name"] = v[i, "gpu_name"] = $2; v[i, "uuid"] = v[i, "gpu_uuid"] = $3
    v[i, "driver_version"] = $6; v[i, "compute_cap"] = $8; v[i, "pci.bus_id"] = v[i, "gpu_bus_id"] = $9
    v[i, "serial"] = "[N/A]"; v[i, "timestamp"] = stamp; v[i, "pstate"] = busy > 5 ? "P2" : "P8"
    v[i, "mig.mode.current"] = (special == "mig" && i == 0) ? "Enabled" : ($2 ~ /A100|H100|H200/ ? "Disabled" : "[N/A]")
    hidden = special == "unsupported" || (special == "mig" && i == 0)
    v[i, "utilization.gpu"] = hidden ? "[N/A]" : busy
    v[i, "utilization.memory"] = hidden ? "[N/A]" : int(busy * 0.6)
    v[i, "memory.total"] = na($4); v[i, "memory.used"] = na(taken); v[i, "memory.free"] = na($4 - taken)
    v[i, "temperature.gpu"] = 31 + int(busy * 0.4 + noise * 2)
    v[i, "power.draw"] = na(sprintf("%.2f", $5 * (0.06 + 0.85 * busy / 100) + noise)); v[i, "power.limit"] = na(sprintf("%.2f", $5))
    v[i, "clocks.sm"] = busy > 5 ? 2520 : 210; v[i, "clocks.mem"] = busy > 5 ? 10501 : 405
    v[i, "fan.speed"] = $2 ~ /GeForce/ ? 30 + int(busy * 0.4) : "[N/A]"
    if (id == "" || id == i || id == $3) order[shown++] = i
    gpus++
  }
  END {
    if (bad) exit bad
    if (id != "" && !shown) { print "No devices were found"; exit 6 }
    if (list) {
      for (n = 0; n < shown; n++) {
        i = order[n]; print "GPU " i ": " names_of[i] " (UUID: " uuid[i] ")"
        if (special == "mig" && i == 0)
          for (m = 0; m < 2; m++) print "  MIG 3g." int(total[i] / 2048) "gb     Device  " m ": (UUID: MIG-" substr(uuid[i], 5, 35) m ")"
      }
      exit 0
    }
    if (apps != "") { if (format !~ /noheader/) print apps; exit 0 }
    if (query != "") {
      if (format !~ /noheader/) {
        line = ""; for (n = 1; n <= wanted; n++) line = line (n > 1 ? ", " : "") fields[n] (units ? labels[fields[n]] : labels[fields[n]])
        print line
      }
      for (n = 0; n < shown; n++) {
        i = order[n]; line = ""
        for (f = 1; f <= wanted; f++) {
          name = labels[fields[f]]; gsub(/[ \\[\\]]/, "", name)
          value = fields[f] == "count" ? gpus : v[i, fields[f]]
          line = line (f > 1 ? ", " : "") (name == "" ? value : unit(value, name))
        }
        print line
      }
      exit 0
    }
    bar = "+-----------------------------------------------------------------------------------------+"
    print today; print bar
    printf "| NVIDIA-SMI %-22s Driver Version: %-14s CUDA Version: %-9s|\\n", driver, driver, cuda
    print "|-----------------------------------------+------------------------+----------------------+"
    print "| GPU  Name                 Persistence-M | Bus-Id          Disp.A | Volatile Uncorr. ECC |"
    print "| Fan  Temp   Perf          Pwr:Usage/Cap |           Memory-Usage | GPU-Util  Compute M. |"
    print "|                                         |                        |               MIG M. |"
    print "|=========================================+========================+======================|"
    for (n = 0; n < shown; n++) {
      i = order[n]
      printf "| %3d  %-30s On  |   %-16s Off |                  N/A |\\n", i, substr(names_of[i], 1, 30), bus[i]
      printf "| %4s %3dC    %-4s %9.0fW / %4.0fW | %8sMiB / %7sMiB | %7s      Default |\\n", (v[i, "fan.speed"] == "[N/A]" ? "N/A" : v[i, "fan.speed"] "%"), v[i, "temperature.gpu"], v[i, "pstate"], v[i, "power.draw"], watt[i], v[i, "memory.used"], total[i], (v[i, "utilization.gpu"] == "[N/A]" ? "N/A" : v[i, "utilization.gpu"] "%")
      printf "|                                         |                        | %20s |\\n", v[i, "mig.mode.current"] == "[N/A]" ? "N/A" : v[i, "mig.mode.current"]
      print "+-----------------------------------------+------------------------+----------------------+"
    }
    print ""; print bar
    print "| Processes:                                                                              |"
    print "|  GPU   GI   CI              PID   Type   Process name                        GPU Memory |"
    print "|        ID   ID                                                               Usage      |"
    print "|=========================================================================================|"
    print "|  No running processes found                                                             |"
    print bar
  }' ${gpuFolder}/gpus
}
show
code=$?
while [ -n "$loop" ] && [ $code = 0 ]; do sleep "$loop"; show; code=$?; done
exit $code
`;
