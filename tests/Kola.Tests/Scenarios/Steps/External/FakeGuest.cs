using System.Globalization;
using Kola.Machines;
using Kola.Results.Events;
using Kola.Scenarios.Model;
using Kola.Scenarios.Runs;
using Kola.Scenarios.Steps.External;
using Kola.Tests.Machines;
using Kola.Tests.Machines.Ssh;
using Kola.Tests.Scenarios.ExternalTests;
using Kola.Tests.Scenarios.Runs;

namespace Kola.Tests.Scenarios.Steps.External;

/// <summary>A guest that is a folder of this host: a real sshd, real shells, and a stand-in for systemd that runs one unit after the other and can reboot.</summary>
internal sealed class FakeGuest : IAsyncDisposable
{
    private readonly SshServer server;
    private readonly FakeMachines machines;
    private readonly TemporaryFolder root = new();

    private FakeGuest(SshServer server, FakeMachines machines) => (this.server, this.machines) = (server, machines);

    public string Root => root.Path;

    /// <summary>How often it was booted, or its user space restarted, since the first time.</summary>
    public int Restarts => int.Parse(File.ReadAllText(root["boot"]), CultureInfo.InvariantCulture) + int.Parse(File.ReadAllText(root["space"]), CultureInfo.InvariantCulture);

    public List<RunEvent> Events { get; } = [];

    public static async Task<FakeGuest> StartAsync(CancellationToken stop)
    {
        var guest = new FakeGuest(await SshServer.StartWithProgramsAsync(), await FakeMachines.StartAsync(stop));
        guest.root.Write("boot", "0");
        guest.root.Write("space", "0");
        var g = guest.Root;
        Directory.CreateDirectory(guest.root["var/opt"]);
        Directory.CreateDirectory(guest.root["tmp"]);
        guest.server.AddProgram("cat", $"""if [ "$1" = /proc/sys/kernel/random/boot_id ]; then echo "boot-$(/bin/cat {g}/boot)"; else exec /bin/cat "$@"; fi""");
        guest.server.AddProgram("journalctl", $"""case "$*" in *--sync*) ;; *) /bin/cat {g}/printed 2>/dev/null || : ;; esac""");
        guest.server.AddProgram("systemctl", $$"""
            g={{g}}
            for unit; do :; done
            again() { n=$(/bin/cat $g/$1); echo $((n + 1)) > $g/$1; down=$(/bin/cat $g/running); rm -f $g/running $g/ended; }
            case "$1" in
              is-system-running) echo running ;;
              list-units | daemon-reload) ;;
              start)
                rm -f $g/ended $g/printed
                eval "export $(sed -n 's/^Environment=//p' $g/run/systemd/system/$unit)"
                mark=$(sed -n 's/^EnvironmentFile=-//p' $g/run/systemd/system/$unit)
                if [ -e "$mark" ]; then set -a; . "$mark"; set +a; fi
                GUEST_ROOT=$g setsid sh -c 'echo $$ > '$g'/running; "$0" > '$g'/printed 2>&1; echo $? > '$g'/ended' "$(sed -n 's/^ExecStart="\(.*\)"$/\1/p' $g/run/systemd/system/$unit)" < /dev/null > /dev/null 2>&1 &
                while [ ! -e $g/running ]; do sleep 0.01; done ;;
              show)
                case "$unit" in sysinit.target) echo "space-$(/bin/cat $g/boot)-$(/bin/cat $g/space)"; exit ;; esac
                echo LoadState=loaded
                if [ -e $g/ended ] && [ "$(/bin/cat $g/ended)" = 0 ]; then printf 'ActiveState=active\nSubState=exited\nExecMainCode=1\nExecMainStatus=0\n'
                elif [ -e $g/ended ]; then printf 'ActiveState=failed\nResult=exit-code\nExecMainCode=1\nExecMainStatus=%s\n' "$(/bin/cat $g/ended)"
                elif [ -e $g/running ]; then printf 'ActiveState=active\nSubState=running\n'
                else echo ActiveState=inactive; fi ;;
              stop) rm -f $g/running $g/ended ;;
              reboot) again boot; rm -rf $g/run; kill -9 -- -$down ;;
              soft-reboot) again space; kill -9 -- -$down ;;
            esac
            """);
        return guest;
    }

    /// <summary>Runs tests of the example project, each at its own time but those that share a machine.</summary>
    /// <param name="names">After <c>ext.my-project.</c>.</param>
    public async Task<RunResult> RunAsync(IReadOnlyList<string> names, CancellationToken stop, Func<ScenarioCase, ScenarioCase>? with = null, int retries = 0)
    {
        List<ScenarioCase> cases = [];
        foreach (var name in names)
            cases.Add((with ?? (one => one))(InFolder(await ExternalCorpus.CaseAsync(name, stop))));
        var engine = await machines.EngineAsync(machines.Environment("cont: print up\\n", "resume: print up\\n", $"ssh: port {server.EndPoint.Port}"), stop);
        var options = new RunOptions { StateFolder = machines.Folder, Jobs = 1, Cold = true, Retries = retries };
        return await engine.ExecuteAsync(await engine.PlanAsync(cases, options, null, stop), Observe, stop);
    }

    private void Observe(RunEvent record)
    {
        lock (Events)
            Events.Add(record);
        // The attempt's key opens the server that stands in for its guest.
        if (record is MachineChanged { State: "started" })
            File.WriteAllLines(
                Path.Combine(server.Folder, "authorized_keys"),
                Directory.EnumerateFiles(Path.Combine(machines.Folder, "runs"), "id_ecdsa.pub", SearchOption.AllDirectories).SelectMany(File.ReadAllLines));
    }

    public async ValueTask DisposeAsync()
    {
        await machines.DisposeAsync();
        await server.DisposeAsync();
        root.Dispose();
    }

    /// <summary>Boots the image of these machines, in which this folder is all there is.</summary>
    private ScenarioCase InFolder(ScenarioCase one) => one with
    {
        Machines = [.. one.Machines.Select(machine => machine with
        {
            Image = machines.Image, Firmware = FirmwareKind.Bios, Credentials = new Dictionary<string, string> { ["a"] = "b" }, User = Environment.UserName,
        })],
        Steps = [.. one.Steps.Cast<ExternalTestStep>().Select(step => step with { Root = Root })],
    };
}
