using System.Text.RegularExpressions;

namespace Kola.Tests;

/// <summary>Which folders of a harness project may use which others: each line names a folder and what it uses, lower folders first.</summary>
/// <remarks>Files beside the project file are the folder <c>(root)</c>. Every folder sees its namespace without a using line, so only its own edges are checked.</remarks>
internal static class AllowedEdges
{
    public static readonly IReadOnlyDictionary<string, string> ByProject = new Dictionary<string, string>
    {
        ["Kola.Yaml"] = """
            (root):
            Binding:
            Nodes:
            Values:
            Shapes: Binding Nodes Values
            Files: Nodes Shapes
            """,
        ["Kola.Machines"] = """
            Files:
            Host:
            Journal:
            Capabilities:
            AdapterPrograms: Files Host
            Provisioning:
            Images: AdapterPrograms Capabilities Files Host
            Qemu: Host Journal
            Inspection: Files Host Qemu
            Offline: Files Host Images Qemu
            Snapshots: Files Host Qemu
            Sweeps: Offline Qemu
            Ssh: Files Host Images Journal Provisioning Qemu
            Guests: AdapterPrograms Host Images Journal Offline Ssh Sweeps
            (root): AdapterPrograms Host Inspection Journal Offline Qemu Snapshots Sweeps
            """,
        ["Kola.Servers"] = """
            (root):
            Cincinnati:
            FleetLock:
            Omaha:
            Payloads:
            """,
        ["Kola.Results"] = """
            Events:
            Gate: Events
            Logs:
            Stories: Events
            Sweeps:
            Timelines: Events
            Allure: Events Gate Stories
            JUnit: Events Stories
            Markdown: Events Gate Stories
            Pages: Events Gate Logs Stories Timelines
            Tap: Events Gate Stories
            Traces: Events Stories Timelines
            Trials: Events
            (root): Events Gate
            """,
        ["Kola.Scenarios"] = """
            Model:
            Gating: Model
            Scheduling: Model
            Services: Model
            Live: Model Services
            Clusters: Live Model Services
            Snapshots: Live Model Services
            Sweeps: Live
            Steps: Clusters Live Model Services Sweeps
            Attempts: Clusters Live Model Services Snapshots Steps
            ExternalTests: Model Steps
            Runs: Attempts Live Model Scheduling Services Snapshots
            """,
        ["Kola.Cli"] = """
            Projects:
            Reporting:
            Shell:
            Terminal:
            Trials:
            Gating: Reporting Terminal
            Commands: Gating Projects Reporting Shell Terminal Trials
            (root): Commands Terminal
            """,
    };

    public static IEnumerable<string> Projects => ByProject.Keys;

    /// <summary>The table's edges of a project as <c>A -> B</c>, and its folders in order.</summary>
    public static (IReadOnlyList<string> Folders, IReadOnlyList<string> Edges) Of(string project)
    {
        var lines = ByProject[project].Split('\n').Select(line => line.Split(':', StringSplitOptions.TrimEntries)).ToArray();
        return ([.. lines.Select(line => line[0])], [.. lines.SelectMany(line => line[1].Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(used => $"{line[0]} -> {used}"))]);
    }

    /// <summary>The edges that the sources have, by their using lines and qualified names, each with a file that has it.</summary>
    public static IReadOnlyDictionary<string, string> Found(string project)
    {
        var root = Path.Combine(Checkout.Root, "harness", project);
        var edges = new SortedDictionary<string, string>(StringComparer.Ordinal);
        var folders = Directory.GetDirectories(root).Select(folder => Path.GetFileName(folder)).ToHashSet();
        foreach (var file in Sources(root))
        {
            var own = FolderOf(root, file);
            foreach (var line in File.ReadLines(file).Where(line => !line.TrimStart().StartsWith("//", StringComparison.Ordinal) && !line.StartsWith("namespace ", StringComparison.Ordinal)))
                foreach (Match name in Regex.Matches(line, $@"\b{Regex.Escape(project)}\.(\w+)"))
                    if (name.Groups[1].Value is var used && used != own && folders.Contains(used))
                        edges.TryAdd($"{own} -> {used}", Path.GetRelativePath(Checkout.Root, file));
        }

        return edges;
    }

    /// <summary>Folders that hold sources.</summary>
    public static IReadOnlySet<string> FoldersOf(string project)
    {
        var root = Path.Combine(Checkout.Root, "harness", project);
        return Sources(root).Select(file => FolderOf(root, file)).ToHashSet();
    }

    private static string FolderOf(string root, string file) =>
        Path.GetRelativePath(root, file).Split('/') is [var folder, _, ..] ? folder : "(root)";

    private static IEnumerable<string> Sources(string root) =>
        Directory.EnumerateFiles(root, "*.cs", SearchOption.AllDirectories)
            .Where(file => !file.Contains("/obj/", StringComparison.Ordinal) && !file.Contains("/bin/", StringComparison.Ordinal));
}
