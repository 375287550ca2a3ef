using System.CommandLine;
using System.Text.RegularExpressions;
using Kola.Cli.Projects;
using Kola.Machines;
using Kola.Machines.AdapterPrograms;
using Kola.Machines.Capabilities;
using Kola.Machines.Images.Catalog;
using Kola.Scenarios.Model;
using Kola.Yaml;

namespace Kola.Cli.Commands;

/// <summary><c>kola init</c>: the files by which an OS project is judged, in its own repository.</summary>
internal static partial class InitCommand
{
    private static readonly Argument<string> Folder = new("folder") { Description = "The project's folder. Default: this one.", DefaultValueFactory = _ => "." };
    private static readonly Option<string?> Image = new("--image") { Description = "Name of the image, such as my-os.", HelpName = "NAME" };
    private static readonly Option<string?> Disk = new("--disk") { Description = "Its disk image, raw or qcow2. It need not be there yet.", HelpName = "PATH" };
    private static readonly Option<string?> Release = new("--release") { Description = "Version of the release on that disk. Default: 1.", HelpName = "VERSION" };
    private static readonly Option<string?> Adapter = new("--adapter") { Description = "Guest adapter: how the OS updates itself. A name, or the path of an adapter program, which begins with ./ or /. Default: systemd, a system that does not.", HelpName = "NAME|PATH" };
    private static readonly Option<string?> Firmware = OneOf(new("--firmware") { Description = "Firmware that it boots with. Default: uefi." }, ProjectOutline.Firmwares);
    private static readonly Option<string?> Provisioning = OneOf(new("--provisioning") { Description = "How it takes its first configuration. Default: cloud-init for the adapter systemd, else ignition." }, ProjectOutline.Provisionings);
    private static readonly Option<string?> User = new("--user") { Description = "User to log in as over SSH. Default: root.", HelpName = "NAME" };
    private static readonly Option<string[]> Capabilities = new("--capability") { Description = "What the OS can, such as automatic-rollback; repeatable. Default: what is usual for the adapter.", HelpName = "WORD" };
    private static readonly Option<string?> Pipeline = OneOf(new("--ci") { Description = "Pipeline to write. Default: both." }, ProjectOutline.Pipelines);

    public static Command Create()
    {
        Capabilities.CompletionSources.Add([.. EnumWords.All<Capability>()]);
        Adapter.CompletionSources.Add([.. AdapterCapabilities.Adapters]);
        var command = new Command("init", "Make a project: image catalog, policy, a first scenario and a pipeline, below a folder. Asks on a terminal for what no option says. Writes over nothing.\nexit: 0 made · 3 usage, or a file is there already")
        {
            Folder, Image, Disk, Release, Adapter, Firmware, Provisioning, User, Capabilities, Pipeline,
        };
        command.SetAction(Make);
        return command;
    }

    private static int Make(ParseResult result)
    {
        var folder = Path.GetFullPath(result.GetValue(Folder)!);
        var project = new Checkout(folder);
        if (Path.Exists(project.Catalog))
            throw new InputException($"{folder} is a project already: {project.Catalog} is there, and nothing was written; name another folder");
        var outline = Outline(new(result, result.GetValue(Image) is null || result.GetValue(Disk) is null ? Questions.OnTerminal() : null), folder);
        var files = new ProjectFiles(outline, InstalledProgram.Library is not null).All();
        NewFiles.Write(folder, files);
        Ignore(Path.Combine(folder, ".gitignore"));
        foreach (var (name, _) in files)
            Console.WriteLine(Path.Combine(result.GetValue(Folder)!, name));
        Console.Error.WriteLine($"next: kola lint, kola run boot.starts{(File.Exists(Path.Combine(folder, "images", outline.Disk)) ? "" : $" (once {outline.Disk} is there, seen from images/)")}, kola new scenario NAME");
        return ExitCode.Passed;
    }

    private static ProjectOutline Outline(Answers answers, string folder)
    {
        var image = answers.Get("name of the image", Image, null, text => IsAll(ImageCatalog.NamePattern, text) && !ReleaseRoles.IsRole(text) ? null : $"'{text}' is not a valid image name; expected letters, digits, dots and dashes, such as my-os, and no role");
        var disk = answers.Get("its disk image, raw or qcow2", Disk, null, text => text.Length > 0 && !text.Any(char.IsControl) ? null : "expected a path");
        var adapter = answers.Get($"how it updates itself ({string.Join(", ", AdapterCapabilities.Adapters)}, or the path of an adapter program)", Adapter, "systemd", WhyNoAdapter);
        var firmware = answers.Choose("firmware", Firmware, "uefi", ProjectOutline.Firmwares);
        var provisioning = answers.Choose("first configuration by", Provisioning, adapter == "systemd" ? "cloud-init" : "ignition", ProjectOutline.Provisionings);
        return new()
        {
            Image = image,
            Disk = SeenFromImages(disk, folder),
            Release = answers.Get("version of the release on that disk", Release, "1", text => IsAll($"^{ReleaseRoles.Version}$", text) ? null : $"'{text}' is not a valid version; expected one that begins with a digit, such as 1 or 2026.11"),
            Adapter = !AdapterProgram.IsPath(adapter) || Path.IsPathRooted(adapter) ? adapter : $"./{SeenFromImages(adapter, folder)}",
            Firmware = firmware,
            Provisioning = provisioning,
            User = answers.Get("user to log in as", User, "root", text => UserName().IsMatch(text) ? null : $"'{text}' is not a valid user name"),
            Capabilities = answers.Capabilities(Capabilities) is { Count: > 0 } given ? given : ProjectOutline.UsualCapabilities(adapter, firmware, provisioning),
            Pipeline = answers.Choose("pipeline", Pipeline, "both", ProjectOutline.Pipelines),
        };
    }

    /// <summary>As the catalog has it, and <c>kola lint</c> with it: the program must be there, and is not run.</summary>
    private static string? WhyNoAdapter(string adapter) =>
        !IsAll(AdapterReference.Pattern, adapter) ? $"'{adapter}' has spaces; expected {AdapterReference.Form}"
        : AdapterReference.WhyNoPath(adapter) is { } noPath ? noPath
        : AdapterReference.Capabilities(adapter) is null ? $"there is no guest adapter '{adapter}'; {AdapterReference.Known(adapter)}, or the path of an adapter program, such as ./my-adapter"
        : AdapterProgram.IsPath(adapter) ? AdapterProgram.Unusable(Path.GetFullPath(adapter))
        : null;

    /// <summary>A path of the command line as <c>images/catalog.yaml</c> writes it.</summary>
    private static string SeenFromImages(string path, string folder) =>
        Path.IsPathRooted(path) ? path : Path.GetRelativePath(Path.Combine(folder, "images"), Path.GetFullPath(path));

    /// <summary>Whether a pattern is the whole text: at the end of a pattern, <c>$</c> would let a line feed pass.</summary>
    private static bool IsAll(string pattern, string text) => !text.Contains('\n', StringComparison.Ordinal) && Regex.IsMatch(text, pattern);

    /// <summary>A line more in a file that is likely to be there: nothing of it is lost.</summary>
    private static void Ignore(string file)
    {
        var before = File.Exists(file) ? File.ReadAllText(file) : "";
        if (!before.Split('\n').Any(line => line.Trim() is ".kola" or ".kola/" or "/.kola" or "/.kola/"))
            File.AppendAllText(file, $"{(before.Length > 0 && !before.EndsWith('\n') ? "\n" : "")}.kola/\n");
    }

    private static Option<string?> OneOf(Option<string?> option, IReadOnlyList<string> words)
    {
        option.AcceptOnlyFromAmong([.. words]);
        return option;
    }

    [GeneratedRegex("^[A-Za-z_][A-Za-z0-9_.-]*$")]
    private static partial Regex UserName();
}
