using Kola.Machines;
using Kola.Machines.Host;
using Kola.Machines.Qemu.Firmware;

namespace Kola.Tests.Machines;

/// <summary>Machines on the fake QEMU: real processes, sockets and files, no guest.</summary>
internal sealed class FakeMachines : IAsyncDisposable
{
    private readonly string folder;
    private MachineEnvironment environment;
    private int made;

    private FakeMachines(string folder, MachineEnvironment environment)
    {
        this.folder = folder;
        this.environment = environment;
    }

    public static async Task<FakeMachines> StartAsync(CancellationToken cancellation)
    {
        var folder = Directory.CreateTempSubdirectory("kola-test").FullName;
        return new(folder, new()
        {
            Qemu = new(Path.Combine(AppContext.BaseDirectory, "fake-qemu"), new Version(10, 0)),
            Accelerator = new(AcceleratorKind.Kvm, "test: bounds as written"),
            Firmware = new FirmwareCatalog(null, null),
            LogDirectory = Path.Combine(folder, "logs"),
            Time = TimeProvider.System,
            // A busy test host is no part of what is tested.
            ReadScheduler = (_, _) => null,
            Scope = await ProcessScope.StartAsync(Path.Combine(folder, "state"), TimeProvider.System, cancellation),
        });
    }

    /// <summary>Where these machines keep their files.</summary>
    public string Folder => folder;

    /// <summary>An image that nothing boots from: 1 MiB of zeros.</summary>
    public string Image
    {
        get
        {
            var image = Path.Combine(folder, "image.raw");
            if (!File.Exists(image))
                File.WriteAllBytes(image, new byte[1 << 20]);
            return image;
        }
    }

    /// <summary>A machine whose guest follows a script, see <c>FakeScript</c>.</summary>
    public Machine Machine(params IEnumerable<string> script) => Machine(spec => spec, script);

    public Machine Machine(Func<MachineSpec, MachineSpec> with, params IEnumerable<string> script)
    {
        var name = $"m{++made}";
        return new(with(new() { Name = name, Image = new(Image, DiskFormat.Raw), Firmware = FirmwareKind.Bios }), Environment(script));
    }

    /// <summary>Has machines measured as the host has it.</summary>
    public void Measure() => environment = environment with { ReadScheduler = (process, at) => SchedulerSample.Read(process, at) };

    /// <summary>An environment in which every machine follows a script.</summary>
    public MachineEnvironment Environment(params IEnumerable<string> script)
    {
        var name = $"script{++made}";
        var play = Path.Combine(folder, name);
        File.WriteAllLines(play, script);
        var program = $"{play}.sh";
        File.WriteAllText(program, $"#!/bin/sh\nexec '{environment.Qemu.Path}' --script '{play}' \"$@\"\n");
        File.SetUnixFileMode(program, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        return environment with { Qemu = environment.Qemu with { Path = program } };
    }

    public async ValueTask DisposeAsync()
    {
        await environment.Scope.DisposeAsync();
        Directory.Delete(folder, recursive: true);
    }
}
