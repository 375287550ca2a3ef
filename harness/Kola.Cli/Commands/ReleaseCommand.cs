using System.CommandLine;
using System.Text.Json;
using System.Text.Json.Serialization;
using Kola.Machines;
using Kola.Machines.Images.Releases;

namespace Kola.Cli.Commands;

/// <summary><c>kola release</c>: folders of releases that were built elsewhere.</summary>
internal static class ReleaseCommand
{
    public static Command Create() => new("release", "Import and check releases that were built elsewhere.") { Import(), Check() };

    private static Command Import()
    {
        var disk = new Argument<string>("disk") { Description = "The disk image of a fresh installation, raw or qcow2." };
        var artifacts = new Option<string[]>("--artifact") { Description = "A file that machines are updated from, with its kind (usr, usr-verity, uki, bundle, update, or a word of yours); repeatable. Without a kind, the name tells it.", HelpName = "KIND=FILE" };
        var manifests = new Option<string[]>("--manifest") { Description = "A manifest or signature that is served with them; repeatable. Default: SHA256SUMS and SHA256SUMS.gpg from beside the artifacts.", HelpName = "FILE" };
        var image = new Option<string>("--image") { Description = "The image's name in images/catalog.yaml.", Required = true, HelpName = "NAME" };
        var version = new Option<string?>("--version") { Description = "The release's version, as IMAGE_VERSION in its os-release. Default: what the artifacts' names hold, or version.txt beside them.", HelpName = "V" };
        var firmware = new Option<string?>("--firmware") { Description = "Default: by the partition table." };
        firmware.AcceptOnlyFromAmong("uefi", "bios");
        var output = new Option<string>("--output", "-o") { Description = "The folder to make.", Required = true, HelpName = "DIR" };
        var json = Options.Json();
        var command = new Command("import", "Make a release's folder of a disk image and its update files. It is given to kola run and kola gate by its path. Where FILE.DIGESTS lies beside a file, the file must be the published one.\nexit: 0 made · 2 a file cannot be used · 3 usage")
        {
            disk, artifacts, manifests, image, version, firmware, output, json,
        };
        command.SetAction(async (result, cancellation) =>
        {
            var folder = Path.GetFullPath(result.GetValue(output)!);
            var release = await ReleaseImport.RunAsync(
                new(result.GetValue(disk)!, result.GetValue(artifacts) ?? [], result.GetValue(manifests) ?? [], result.GetValue(image)!, folder)
                {
                    Version = result.GetValue(version),
                    Firmware = result.GetValue(firmware) switch { "uefi" => FirmwareKind.Uefi, "bios" => FirmwareKind.Bios, _ => null },
                },
                cancellation);
            Print(result.GetValue(json), new(folder, release.Image, release.Version, release.Firmware, release.Architecture, []), $"{release.Image}:{release.Version} ({release.Firmware}, {release.Architecture}) imported: {folder}");
            return ExitCode.Passed;
        });
        return command;
    }

    private static Command Check()
    {
        var folder = new Argument<string>("folder") { Description = "A release's folder, with release.json." };
        var json = Options.Json();
        var command = new Command("check", "Check a release's folder: the shape of release.json, every digest, the disk image, and what its update tool cannot carry.\nexit: 0 it is whole · 1 it is not · 2 it cannot be read · 3 usage") { folder, json };
        command.SetAction(async (result, cancellation) =>
        {
            var path = Path.GetFullPath(result.GetValue(folder)!);
            var release = ReleaseManifest.Read(path);
            var problems = await ReleaseCheck.ProblemsAsync(path, cancellation);
            foreach (var problem in problems)
                Console.Error.WriteLine(problem);
            Print(
                result.GetValue(json), new(path, release.Image, release.Version, release.Firmware, release.Architecture, problems),
                problems is [] ? $"{release.Image}:{release.Version} is whole: {release.Artifacts.Count} update files" : $"{problems.Count} {(problems.Count == 1 ? "problem" : "problems")}");
            return problems is [] ? ExitCode.Passed : ExitCode.Failed;
        });
        return command;
    }

    private static void Print(bool json, CheckedRelease release, string text) =>
        Console.WriteLine(json ? JsonSerializer.Serialize(release, ReleaseCommandJson.Default.CheckedRelease) : text);
}

/// <summary>A release as <c>kola release --json</c> tells it.</summary>
internal sealed record CheckedRelease(string Folder, string Image, string Version, string Firmware, string Architecture, IReadOnlyList<string> Problems);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, WriteIndented = true)]
[JsonSerializable(typeof(CheckedRelease))]
internal sealed partial class ReleaseCommandJson : JsonSerializerContext;
