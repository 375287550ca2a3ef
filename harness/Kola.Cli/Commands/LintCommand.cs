using System.CommandLine;
using Kola.Machines.AdapterPrograms;
using Kola.Machines.Images.Catalog;
using Kola.Scenarios.Gating;
using Kola.Scenarios.Model;
using Kola.Scenarios.Runs;
using Kola.Yaml;

namespace Kola.Cli.Commands;

/// <summary><c>kola lint</c>: checks scenario files, the gate's files and the image catalog, and prints every error.</summary>
internal static class LintCommand
{
    public static Command Create()
    {
        var paths = Options.NoOptions(new("paths") { Description = "Files or folders. Default: all scenarios of the checkout, the gate's files and the image catalog.", Arity = ArgumentArity.ZeroOrMore });
        var external = Options.External();
        var command = new Command("lint", "Check scenario files, the gate's policy and quarantine, and the image catalog. Prints every error with its line and column.\nexit: 0 all are valid · 1 errors · 3 usage") { paths, external, GateCommand.Policy, GateCommand.Quarantine };
        command.SetAction(async (result, cancellation) =>
        {
            var checkout = await Checkout.Find().WithExternalAsync(result.GetValue(external) ?? [], ReleaseRoles.None, cancellation);
            var given = result.GetValue(paths) ?? [];
            var (policy, quarantine) = (result.GetValue(GateCommand.Policy) ?? checkout.Policy, result.GetValue(GateCommand.Quarantine) ?? checkout.Quarantine);
            var named = result.GetResult(GateCommand.Policy) is not null || result.GetResult(GateCommand.Quarantine) is not null;
            string[] gate = [.. given.Where(path => Path.GetFullPath(path) is var full && (full == checkout.Policy || full == checkout.Quarantine))];
            string[] catalogs = [.. given.Where(path => Path.GetFullPath(path) == checkout.Catalog)];
            string[] scenarios = [.. given.Except(gate).Except(catalogs)];
            List<string> errors = [], valid = [];
            // Read once for both parts; files that are named may lie elsewhere and join a catalog of their own.
            var all = new Lazy<ScenarioCatalog>(() => Discover(checkout, policy));
            if (scenarios is not [] || (given is [] && !named))
                Lint(errors, () =>
                {
                    var catalog = scenarios is [] ? all.Value : Discover(checkout, policy);
                    var cases = catalog.Select(new() { Names = scenarios, All = true });
                    var files = cases.Select(c => c.Scenario).DistinctBy(scenario => scenario.Path).ToList();
                    if (files.RemoveAll(scenario => scenario.External is not null) is > 0 and var tests)
                        valid.Add($"{tests} external tests are valid");
                    var library = files.Count(scenario => scenario.LibraryPath is not null);
                    valid.Add($"{files.Count} scenario files are valid{(library > 0 ? $" ({library} of the library)" : "")}, {cases.Count} cases");
                    valid.AddRange(LibraryLines.Of(catalog, files));
                });
            if (named || gate is not [] || (given is [] && File.Exists(policy)))
                Lint(errors, () =>
                {
                    var files = GateFiles.Load(ShownPath.Of(policy), ShownPath.Of(quarantine));
                    // Scenarios that are wrong are reported above, or were not asked for.
                    var cases = all.Value.Scenarios.SelectMany(s => s.Expand());
                    errors.AddRange(GateLint.Check(files, GateLint.Expected(cases, checkout.Root), TimeProvider.System.GetUtcNow()));
                    valid.Add($"the gate's policy is valid, {files.Quarantine.Count} in quarantine");
                });
            if (catalogs is not [] || (given is [] && !named))
            {
                List<YamlProblem> problems = [];
                if (ImageCatalog.TryLoad(ShownPath.Of(checkout.Catalog), problems) is { } catalog)
                {
                    valid.Add($"the image catalog is valid, {catalog.Entries.Count} images");
                    // Not run here: to read a file is no reason to run what it names.
                    errors.AddRange(catalog.Entries.Where(entry => AdapterProgram.IsPath(entry.Adapter))
                        .Select(entry => (entry.Name, Reason: AdapterProgram.Unusable(catalog.PathOf(entry.Adapter)))).Where(entry => entry.Reason is not null)
                        .Select(entry => $"{catalog.Path}: the adapter program of image '{entry.Name}': {entry.Reason}"));
                }

                errors.AddRange(problems.Select(problem => problem.ToString()));
            }

            foreach (var line in errors)
                Console.Error.WriteLine(line);
            if (errors is [])
                Console.WriteLine(string.Join('\n', valid));
            else
                Console.Error.WriteLine(errors.Count == 1 ? "1 error" : $"{errors.Count} errors");
            return errors is [] ? ExitCode.Passed : ExitCode.Failed;
        });
        return command;
    }

    /// <summary>A catalog with errors is reported for itself; the scenarios are read without its roles then.</summary>
    private static ScenarioCatalog Discover(Checkout checkout, string policy) =>
        checkout.OpenScenarios(ImageCatalog.TryLoad(checkout.Catalog, []) is { } catalog ? new(new RoleRequest().Cast(catalog), Portable: true) : LoadingRules.None with { Portable = true }, LibraryChoice.Of(ShownPath.Of(policy)));

    private static void Lint(List<string> errors, Action read)
    {
        try
        {
            read();
        }
        catch (ScenarioException e) when (e.Problems.Count > 0)
        {
            errors.AddRange(e.Problems.Select(problem => problem.ToString()));
        }
    }
}
