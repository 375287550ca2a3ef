using System.CommandLine;
using System.Text.Json;
using System.Text.Json.Nodes;
using Kola.Cli.Terminal;
using Kola.Machines;
using Kola.Scenarios.Model;
using Kola.Scenarios.Runs;
using Kola.Yaml.Values;

namespace Kola.Cli.Commands;

/// <summary><c>kola spawn</c>: boots an image, says how to log in, and attaches; the machine is gone when it ends.</summary>
internal static class SpawnCommand
{
    public static Command Create()
    {
        var image = new Argument<string>("image") { Description = "A catalog name, NAME:RELEASE, or a path." };
        var ignition = new Option<FileInfo?>("--ignition") { Description = "Ignition config (JSON).", HelpName = "FILE" };
        var cloudInit = new Option<FileInfo?>("--cloud-init") { Description = "cloud-init user-data.", HelpName = "FILE" };
        var credentials = new Option<string[]>("--credential") { Description = "systemd credential; repeatable.", HelpName = "NAME=VALUE" };
        var cpus = Options.Positive(new Option<int?>("--cpus") { Description = "Number of virtual CPUs. Default: 2; 1 under emulation." });
        var memory = new Option<string>("--memory") { Description = "Memory.", DefaultValueFactory = _ => "1GiB" };
        var disk = new Option<string?>("--disk") { Description = "Size of the boot disk. Default: 2 GiB more than the image." };
        var bus = new Option<DiskBusName>("--bus") { Description = "Bus of the boot disk." };
        var firmware = new Option<FirmwareKind?>("--firmware") { Description = "Firmware. Default: what the catalog says." };
        var tpm = new Option<bool>("--tpm") { Description = "Give it a TPM 2.0." };
        var internet = new Option<bool>("--internet") { Description = "Let it reach the Internet." };
        var run = new Option<string?>("--command", "-c") { Description = "Run this in the guest, print its output, stop the machine and exit with its exit code.", HelpName = "COMMAND" };
        var user = new Option<string?>("--user") { Description = "User to log in as. Default: the catalog's; for an image without an entry, the default users of cloud images are tried in turn, then root.", HelpName = "NAME" };
        var json = Options.Json();
        var command = new Command("spawn", "Boot an image, print how to log in, and attach over SSH when this is a terminal. The machine and its disk are gone when you leave.")
        {
            image, ignition, cloudInit, credentials, cpus, memory, disk, bus, firmware, tpm, internet, user, run, json,
        };
        command.SetAction(async (result, cancellation) =>
        {
            var definition = new MachineDefinition
            {
                Name = "machine",
                Image = result.GetValue(image),
                Cpus = result.GetValue(cpus),
                Memory = ParseSize(result.GetValue(memory)!, "--memory"),
                Disk = new() { Bus = result.GetValue(bus), Size = result.GetValue(disk) is { } size ? ParseSize(size, "--disk") : null },
                Firmware = result.GetValue(firmware),
                Tpm = result.GetValue(tpm),
                User = result.GetValue(user),
                Network = new() { Internet = result.GetValue(internet) },
                Ignition = result.GetValue(ignition) is { } config ? new(ReadIgnition(config)) : null,
                CloudInit = result.GetValue(cloudInit) is { } userData ? new() { UserData = new() { Text = ReadText(userData) } } : null,
                Credentials = Options.Parse(result.GetValue(credentials) ?? [], "--credential", "motd=hello"),
            };
            return await RunAsync(definition, result.GetValue(run), result.GetValue(json), cancellation);
        });
        return command;
    }

    private static async Task<int> RunAsync(MachineDefinition definition, string? command, bool json, CancellationToken cancellation)
    {
        var checkout = Checkout.Find();
        var time = TimeProvider.System;
        var image = await checkout.OpenImages().ResolveAsync(definition.Image!, ImageProgressLines.OnStandardError(), cancellation);
        await using var host = await ExecutionHost.OpenAsync(checkout.Locations.State, time, cancellation);
        var folder = RunFolder.Create(Path.Combine(checkout.Locations.State, "runs"), time);
        var narration = new SpawnNarration(Console.Error, time);
        await using var machine = await SpawnedMachine.StartAsync(host, image, definition, folder.Path, narration.Show, cancellation);
        if (command is not null)
        {
            var outcome = await machine.RunAsync(command, TimeSpan.FromMinutes(10), cancellation);
            narration.Answered();
            Console.Out.Write(outcome.Stdout);
            Console.Error.Write(outcome.Stderr);
            if (json)
                Console.WriteLine(narration.Json());
            return outcome.ExitCode;
        }

        return await SpawnedSession.HoldAsync(machine, definition.Name, cancellation);
    }

    private static Size ParseSize(string text, string option) =>
        Size.TryParse(text, out var size) ? size : throw new InputException($"{option} {text}: not a size; expected such as 512MiB or 2GiB");

    private static JsonObject ReadIgnition(FileInfo file)
    {
        try
        {
            return JsonNode.Parse(ReadText(file)) as JsonObject ?? throw new InputException($"{file}: an Ignition config is a JSON object");
        }
        catch (JsonException e)
        {
            throw new InputException($"{file}:{e.LineNumber + 1}:{e.BytePositionInLine + 1}: not JSON: {e.Message}; Butane turns its YAML into this", e);
        }
    }

    private static string ReadText(FileInfo file)
    {
        try
        {
            return File.ReadAllText(file.FullName);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new InputException($"{file}: cannot be read: {e.Message}", e);
        }
    }
}
