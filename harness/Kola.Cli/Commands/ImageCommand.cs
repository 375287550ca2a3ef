using System.CommandLine;
using System.Text.Json;
using System.Text.Json.Serialization;
using Kola.Cli.Terminal;
using Kola.Machines;
using Kola.Machines.Images;
using Kola.Machines.Images.Building;
using Kola.Machines.Images.Catalog;
using Spectre.Console;

namespace Kola.Cli.Commands;

/// <summary><c>kola image</c>: builds, lists, downloads and shows images.</summary>
internal static class ImageCommand
{
    public static Command Create() => new("image", "Build, list, download and inspect images.") { Build(), List(), Pull(), Inspect() };

    private static Command Build()
    {
        var name = new Argument<string>("name") { Description = "An image of the catalog that is built here, such as kola-os." };
        var releases = new Option<string[]>("--release") { Description = "Release to build; repeatable. Default: 1.", HelpName = "N" };
        var trees = new Option<string[]>("--tree") { Description = "Folder laid over the file system of these releases (it holds usr/); repeatable.", HelpName = "DIR" };
        var trust = new Option<string[]>("--trust") { Description = "A further signer whose key these releases bring (a name; its key pair is made here): what comes after them may be signed by it. Repeatable.", HelpName = "NAME" };
        var signer = new Option<string>("--signer") { Description = "Who signs these releases. Default: the checkout's own key.", HelpName = "NAME" };
        var force = new Option<bool>("--force") { Description = "Build also what is already there." };
        var command = new Command("build", "Build releases of an image by its recipe. A release that is there and whole is kept.") { name, releases, trees, trust, signer, force };
        command.SetAction(async (result, cancellation) =>
        {
            var checkout = Checkout.Find();
            var asked = result.GetValue(name)!;
            var entry = checkout.OpenImages().Catalog.Find(asked)
                ?? throw new InputException($"no image is called '{asked}' in {checkout.Catalog}; see kola image list");
            if (entry.Source is not ImageSource.Build recipe)
                throw new InputException($"'{asked}' is not built here; get it with: kola image pull {asked}");
            var options = new BuildOptions { Force = result.GetValue(force), Trust = result.GetValue(trust) ?? [], Signer = result.GetValue(signer) };
            if (result.GetValue(trees) is { Length: > 0 } given)
                options = options with { Trees = [.. given.Select(Path.GetFullPath)] };
            var versions = result.GetValue(releases) is { Length: > 0 } named ? named : ["1"];
            var built = await new ImageBuilder(checkout.Locations).BuildAsync(recipe.Recipe, versions, options, ImageProgressLines.OnStandardError(), cancellation);
            foreach (var release in built)
                Console.WriteLine($"{release.Manifest.Image}:{release.Manifest.Version} {(release.Kept ? "is there" : $"built in {release.Duration.TotalSeconds:0} s")}: {release.Folder}");
            return ExitCode.Passed;
        });
        return command;
    }

    private static Command List()
    {
        var json = Options.Json();
        var command = new Command("list", "List the catalog: where each image comes from and whether it is here.") { json };
        command.SetAction(result =>
        {
            var listed = Checkout.Find().OpenImages().List();
            if (result.GetValue(json))
                Console.WriteLine(JsonSerializer.Serialize(listed, ImageCommandJson.Default.IReadOnlyListImageListing));
            else
                Print(listed);
            return ExitCode.Passed;
        });
        return command;
    }

    private static void Print(IReadOnlyList<ImageListing> listed)
    {
        if (Console.IsOutputRedirected)
        {
            foreach (var image in listed)
                Console.WriteLine($"{Reference(image)}\t{(image.Path is null ? "absent" : "here")}\t{image.Source}\t{image.Summary}");
            return;
        }

        var table = new Table().Border(TableBorder.None).AddColumn("image").AddColumn("here").AddColumn("summary").AddColumn(new TableColumn("from").NoWrap());
        foreach (var image in listed)
            table.AddRow(Markup.Escape(Reference(image)), image.Path is null ? "[grey]no[/]" : "[green]yes[/]", Markup.Escape(image.Summary ?? ""), $"[grey]{Markup.Escape(image.Source)}[/]");
        AnsiConsole.Write(table);
    }

    private static string Reference(ImageListing image) => image.Release is null ? image.Name : $"{image.Name}:{image.Release}";

    private static Command Pull()
    {
        var name = new Argument<string>("name") { Description = "An image of the catalog that has a URL." };
        var command = new Command("pull", "Download an image, or see that it is here and whole. Continues where an earlier download stopped.") { name };
        command.SetAction(async (result, cancellation) =>
        {
            var image = await Checkout.Find().OpenImages().ResolveAsync(result.GetValue(name)!, ImageProgressLines.OnStandardError(), cancellation);
            Console.WriteLine($"{image.Name}: {image.Disk.Path} sha256:{image.Sha256}");
            return ExitCode.Passed;
        });
        return command;
    }

    private static Command Inspect()
    {
        var reference = new Argument<string>("image") { Description = "A catalog name, NAME:RELEASE, or a path." };
        var verify = new Option<bool>("--verify") { Description = "Hash the whole file again instead of trusting what is remembered of it." };
        var json = Options.Json();
        var command = new Command("inspect", "Show everything Kola knows of an image that is here.") { reference, verify, json };
        command.SetAction(async (result, cancellation) =>
        {
            var inspection = await Checkout.Find().OpenImages(result.GetValue(verify)).InspectAsync(result.GetValue(reference)!, cancellation);
            var facts = InspectedImage.Of(inspection);
            if (result.GetValue(json))
                Console.WriteLine(JsonSerializer.Serialize(facts, ImageCommandJson.Default.InspectedImage));
            else
                foreach (var (name, value) in facts.Lines())
                    Console.WriteLine($"{name,-15}{value}");
            return ExitCode.Passed;
        });
        return command;
    }
}

/// <summary>An image as <c>kola image inspect --json</c> tells it. Sizes are bytes; what the disk itself tells is missing while it is not here.</summary>
internal sealed record InspectedImage
{
    public required string Reference { get; init; }

    public required string Source { get; init; }

    public string? Summary { get; init; }

    public string? Release { get; init; }

    public string? Path { get; init; }

    public string? Format { get; init; }

    public string? Sha256 { get; init; }

    public long? VirtualSize { get; init; }

    public long? FileSize { get; init; }

    public string? Architecture { get; init; }

    public string? Firmware { get; init; }

    public string? Provisioning { get; init; }

    public string? Adapter { get; init; }

    public string? User { get; init; }

    public string? ReleaseFolder { get; init; }

    public static InspectedImage Of(ImageInspection inspection) => new()
    {
        Reference = inspection.Reference,
        Source = inspection.Source,
        Summary = inspection.Entry?.Summary,
        Release = inspection.Image?.Release ?? inspection.Entry?.Release,
        Path = inspection.Image?.Disk.Path,
        Format = Lower(inspection.Image?.Disk.Format),
        Sha256 = inspection.Image?.Sha256,
        VirtualSize = inspection.Image?.VirtualSize,
        FileSize = inspection.FileSize,
        Architecture = inspection.Image?.Architecture ?? inspection.Entry?.Architecture,
        Firmware = Lower(inspection.Image?.Firmware ?? inspection.Entry?.Firmware),
        Provisioning = Lower(inspection.Image?.Provisioning ?? inspection.Entry?.Provisioning),
        Adapter = inspection.Image?.Adapter ?? inspection.Entry?.Adapter,
        User = inspection.Image?.User ?? inspection.Entry?.User,
        ReleaseFolder = inspection.Image?.ReleaseFolder,
    };

    public IEnumerable<(string Name, string Value)> Lines()
    {
        (string Name, string? Value)[] all =
        [
            ("image", Reference), ("summary", Summary), ("source", Source), ("release", Release), ("here", Path ?? "no"), ("format", Format), ("sha256", Sha256),
            ("virtual size", Mebibytes(VirtualSize)), ("file size", Mebibytes(FileSize)), ("architecture", Architecture), ("firmware", Firmware),
            ("provisioning", Provisioning), ("adapter", Adapter), ("user", User), ("release files", ReleaseFolder),
        ];
        return all.Where(line => line.Value is not null).Select(line => (line.Name, line.Value!));
    }

    private static string? Mebibytes(long? bytes) => bytes is { } known ? $"{known >> 20} MiB" : null;

    private static string? Lower<T>(T? value)
        where T : struct, Enum => value?.ToString().ToLowerInvariant();
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull, WriteIndented = true)]
[JsonSerializable(typeof(InspectedImage))]
[JsonSerializable(typeof(IReadOnlyList<ImageListing>))]
internal sealed partial class ImageCommandJson : JsonSerializerContext;
