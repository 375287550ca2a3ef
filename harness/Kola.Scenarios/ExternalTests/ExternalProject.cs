using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using Kola.Machines;
using Kola.Machines.Files;
using Kola.Machines.Provisioning;
using Kola.Scenarios.Model;
using Kola.Scenarios.Steps.External;
using Kola.Yaml;

namespace Kola.Scenarios.ExternalTests;

/// <summary>A project with external tests of coreos-assembler's kola, below its <c>tests/kola</c>: each executable there becomes a scenario.</summary>
/// <param name="folder">The project's folder; its name is part of the tests' names.</param>
/// <param name="roles">Who plays the candidate, which the tests are about.</param>
public sealed partial class ExternalProject(string folder, ReleaseRoles roles, Butane? butane = null)
{
    private readonly Butane butane = butane ?? new();
    private readonly string root = Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder));
    private readonly List<YamlProblem> problems = [];
    private readonly List<string> notes = [];

    /// <summary>A name becomes part of paths, policies and reports.</summary>
    [GeneratedRegex(@"^[A-Za-z0-9._+@:-]+\z")]
    private static partial Regex NamePattern { get; }

    private string Name => Path.GetFileName(root);

    private string Tests => Path.Combine(root, "tests", "kola");

    /// <summary>Reads several projects.</summary>
    /// <inheritdoc cref="ReadAsync(CancellationToken)"/>
    public static async Task<FurtherScenarios> ReadAsync(IReadOnlyList<string> folders, ReleaseRoles roles, CancellationToken cancellation)
    {
        List<FurtherScenarios> read = [];
        foreach (var folder in folders)
            read.Add(await new ExternalProject(folder, roles).ReadAsync(cancellation));
        return new([.. read.SelectMany(one => one.Scenarios)], [.. read.SelectMany(one => one.Problems)], [.. read.SelectMany(one => one.Notes)]);
    }

    /// <summary>Reads every test. Does not throw for what is wrong in them.</summary>
    /// <exception cref="InputException">The folder is no such project.</exception>
    public async Task<FurtherScenarios> ReadAsync(CancellationToken cancellation)
    {
        if (!Directory.Exists(Tests))
            throw new InputException($"--external {folder}: there is no folder {Tests}; expected the folder of a project that has its tests below tests/kola");
        List<FoundTest> found = [];
        try
        {
            foreach (var tests in TestFolder.Below(Tests, $"ext.{Name}", problems, notes))
                found.AddRange(await InAsync(tests, cancellation));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new InputException($"--external {folder}: cannot be read: {e.Message}; check the path and its permissions", e);
        }

        if (found is [] && problems is [])
            throw new InputException($"--external {folder}: there is no executable file below {Tests}; build the project first, or chmod +x its tests");
        return new([.. SharedMachines.Assign(found).Select(test => test.ToScenario(roles))], problems, notes);
    }

    private async Task<IReadOnlyList<FoundTest>> InAsync(TestFolder tests, CancellationToken cancellation)
    {
        // Read once for all tests of the folder that say nothing themselves.
        var shared = tests.Metadata is { } file ? MetadataFile.OfJsonFile(file, ShownPath.Of(file), problems) : null;
        List<FoundTest> found = [];
        var data = Path.Combine(tests.Path, "data") is var path && Directory.Exists(path) ? path : null;
        foreach (var executable in tests.Executables)
        {
            var shown = ShownPath.Of(executable);
            var before = problems.Count;
            var metadata = MetadataFile.OfTest(executable, shown, problems) ?? shared ?? new();
            var name = tests.NameOf(executable);
            if (!NamePattern.IsMatch(name))
                problems.Add(new(new(shown, 1, 1), $"the test would be called '{name}'; expected letters, digits and . _ + @ : - in the names of project, folders and file"));
            if (problems.Count > before || (tests.Metadata is not null && shared is null))
                continue;
            var (ignition, unready) = await ConfigAsync(tests.Config, metadata, cancellation);
            if (problems.Count > before)
                continue;
            found.Add(new(name, executable, root, $"{Name}/{Path.GetRelativePath(root, executable)}", metadata)
            {
                Ignition = ignition,
                BringsConfig = tests.Config is not null,
                Unready = unready,
                Sha256 = await DigestAsync([executable, .. tests.Config is { } config ? [config] : Array.Empty<string>(), .. tests.Metadata is { } json ? [json] : Array.Empty<string>()], data, cancellation),
            });
        }

        return found;
    }

    /// <summary>The Ignition config of a folder, or why this host cannot have it.</summary>
    private async Task<(IgnitionDefinition? Config, string? Unready)> ConfigAsync(string? file, ExternalMetadata metadata, CancellationToken cancellation)
    {
        if (file is null)
            return (null, null);
        var shown = ShownPath.Of(file);
        if (Path.GetExtension(file) is ".ign")
            return (IgnitionFile.Read(file, shown, problems), null);
        var (ignition, refusal) = await butane.TranslateAsync(await File.ReadAllTextAsync(file, cancellation), strict: !metadata.AllowConfigWarnings, cancellation);
        if (refusal is not null)
            problems.Add(new(new(shown, 1, 1), $"butane refuses it: {refusal}"));
        if (ignition is null)
            return (null, $"{shown} is a Butane config and butane is not installed, so its Ignition config is not known; install butane (https://github.com/coreos/butane/releases), or put its result beside it as config.ign");
        return (IgnitionFile.Parse(ignition, shown, problems), null);
    }

    /// <summary>Of all that belongs to a test: where any of it changes, it is another test.</summary>
    private static async Task<string> DigestAsync(IReadOnlyList<string> files, string? data, CancellationToken cancellation)
    {
        var parts = new StringBuilder();
        foreach (var (name, file) in files.Select(file => (Path.GetFileName(file), file)).Concat(data is null ? [] : GuestFiles.Below(data)))
            parts.Append(JsonSerializer.Serialize([name, await FileDigest.Sha256OfAsync(file, cancellation)], DigestJson.Default.StringArray));
        return FileDigest.Sha256OfText(parts.ToString());
    }
}
