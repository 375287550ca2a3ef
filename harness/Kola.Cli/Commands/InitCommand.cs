using System.CommandLine;
using System.Text.RegularExpressions;
using Kola.Cli.Projects;
using Kola.Machines;
using Kola.Machines.Capabilities;
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
    private static readonly Option<string?> Adapter = new("--adapter") { Description = "Guest adapter: how the OS updates itself. Default: systemd, a system that does not.", HelpName = "NAME" };
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
        var image = answers.Get("name of the image", Image, null, text => ImageName().IsMatch(text) && !ReleaseRoles.IsRole(text) ? null : $"'{text}' is not a valid image name; expected letters, digits, dots and dashes, such as my-os, and no role");
        var disk = answers.Get("its disk image, raw or qcow2", Disk, null, text => text.Length > 0 && !text.Any(char.IsControl) ? null : "expected a path");
        var adapter = answers.Get($"how it updates itself ({string.Join(", ", AdapterCapabilities.Adapters)})", Adapter, "systemd", text => AdapterCapabilities.Of(text) is not null ? null
            : $"there is no guest adapter '{text}'; expected one of {string.Join(", ", AdapterCapabilities.Adapters)}{Spelling.Hint(text, AdapterCapabilities.Adapters)}");
        var firmware = answers.Choose("firmware", Firmware, "uefi", ProjectOutline.Firmwares);
        var provisioning = answers.Choose("first configuration by", Provisioning, adapter == "systemd" ? "cloud-init" : "ignition", ProjectOutline.Provisionings);
        return new()
        {
            Image = image,
            Disk = Path.IsPathRooted(disk) ? disk : Path.GetRelativePath(Path.Combine(folder, "images"), Path.GetFullPath(disk)),
            Release = answers.Get("version of the release on that disk", Release, "1", text => Version().IsMatch(text) ? null : $"'{text}' is not a valid version; expected one that begins with a digit, such as 1 or 2026.11"),
            Adapter = adapter,
            Firmware = firmware,
            Provisioning = provisioning,
            User = answers.Get("user to log in as", User, "root", text => UserName().IsMatch(text) ? null : $"'{text}' is not a valid user name"),
            Capabilities = answers.Capabilities(Capabilities) is { Count: > 0 } given ? given : ProjectOutline.UsualCapabilities(adapter, firmware, provisioning),
            Pipeline = answers.Choose("pipeline", Pipeline, "both", ProjectOutline.Pipelines),
        };
    }

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

    [GeneratedRegex("^[A-Za-z0-9][A-Za-z0-9.-]*$")]
    private static partial Regex ImageName();

    [GeneratedRegex("^[0-9][A-Za-z0-9.~^+-]*$")]
    private static partial Regex Version();

    [GeneratedRegex("^[A-Za-z_][A-Za-z0-9_.-]*$")]
    private static partial Regex UserName();
}
