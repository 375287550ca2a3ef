using System.Text.RegularExpressions;
using FluentAssertions;
using Kola.Machines;
using Kola.Machines.Host;
using Kola.Machines.Images;
using Kola.Machines.Images.Catalog;
using Kola.Machines.Snapshots;
using Kola.Scenarios.Runs;
using Kola.Tests.Machines;
using Kola.Tests.Machines.Images;

namespace Kola.Tests.Scenarios.Runs;

/// <summary>What tests of the engine on the fake QEMU share: everything lies in the machines' folder.</summary>
internal static class FakeRuns
{
    /// <summary>Where templates and checkpoints are kept.</summary>
    public static string Snapshots(this FakeMachines machines) => Path.Combine(machines.Folder, "states");

    /// <summary>The machines' image as the engine boots it.</summary>
    public static ResolvedImage Resolved(this FakeMachines machines, ProvisioningKind provisioning = ProvisioningKind.None) => new()
    {
        Name = "test",
        Disk = new(machines.Image, DiskFormat.Raw),
        Sha256 = new('a', 64),
        Architecture = "x86_64",
        Firmware = FirmwareKind.Bios,
        Provisioning = provisioning,
        User = "root",
        VirtualSize = 1 << 20,
    };

    public static async Task<RunEngine> EngineAsync(this FakeMachines machines, MachineEnvironment environment, CancellationToken stop, string catalog = "images: {}\n", HostCalm? calm = null, Func<string, long>? freeBytes = null)
    {
        // Not disposed: its scope is the machines' own.
        var host = new ExecutionHost(environment, machines.Folder, new SnapshotStore(machines.Snapshots(), 1L << 30, TimeProvider.System, freeBytes: freeBytes), calm: calm);
        var file = Path.Combine(machines.Folder, "catalog.yaml");
        await File.WriteAllTextAsync(file, catalog, stop);
        var locations = new ImageLocations { Checkout = machines.Folder, State = machines.Folder, Cache = Path.Combine(machines.Folder, "cache") };
        return new(host, new ImageStore(ImageCatalog.Load(file), locations), "test", TimeProvider.System);
    }

    /// <summary>A scenario of one machine that counts as up once it is started.</summary>
    /// <returns>Its file.</returns>
    public static async Task<string> WriteScenarioAsync(this FakeMachines machines, string name, string steps, CancellationToken stop)
    {
        var file = Path.Combine(machines.Folder, $"{name}.yaml");
        await File.WriteAllTextAsync(file, $$"""
            scenario: {{name}}
            summary: A scenario of a test
            image: {{machines.Image}}
            machines: {node: {firmware: bios, ready: false, credentials: {a: b} } }
            steps:
            {{steps}}
            """, stop);
        return file;
    }

    /// <summary>A scenario that goes on from a checkpoint of another.</summary>
    /// <returns>Its file.</returns>
    public static async Task<string> WriteForkAsync(this FakeMachines machines, string parent, string checkpoint, string steps, CancellationToken stop)
    {
        var file = Path.Combine(machines.Folder, "t.fork.yaml");
        await File.WriteAllTextAsync(file, $$"""
            scenario: t.fork
            summary: A scenario of a test
            from: {scenario: {{parent}}.yaml, checkpoint: {{checkpoint}}}
            steps:
            {{steps}}
            """, stop);
        return file;
    }

    /// <summary>Releases 1 and 2 of kola-os.</summary>
    public static void WriteReleases(this FakeMachines machines)
    {
        foreach (var release in new[] { "1", "2" })
            ReleaseFolder.Write(Path.Combine(machines.Folder, "releases", "kola-os", release), release);
    }

    /// <summary>Where QEMU would relay a guest's connection to.</summary>
    /// <param name="guestAddress">The server's, as guests see it.</param>
    public static string RelayedPort(this FakeMachines machines, string scenario, string guestAddress)
    {
        var command = Directory.EnumerateFiles(Path.Combine(machines.Folder, "runs"), "qemu.cmd", SearchOption.AllDirectories)
            .Where(file => file.Contains($"/{scenario}/", StringComparison.Ordinal)).Select(File.ReadAllText).First();
        var port = Regex.Match(command, $@"guestfwd=tcp:{Regex.Escape(guestAddress)}:8080-cmd:\S+ STDIO TCP4:127\.0\.0\.1:(?<port>\d+)").Groups["port"].Value;
        port.Should().NotBeEmpty(command);
        return port;
    }

    public static string Reasons(this RunResult run) => string.Join('\n', run.Attempts.Select(attempt => attempt.Reason));
}
