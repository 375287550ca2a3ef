using System.CommandLine;
using System.Text.RegularExpressions;
using Kola.Cli.Projects;
using Kola.Machines;
using Kola.Machines.Capabilities;
using Kola.Results.Events;
using Kola.Scenarios.Model;
using Kola.Yaml;

namespace Kola.Cli.Commands;

/// <summary><c>kola new scenario</c>: a scenario file to begin with.</summary>
internal static class NewCommand
{
    private static readonly Argument<string?> Name = new("name") { Description = "Dotted name, such as boot.fast: a group and what is tried. The file is scenarios/boot/fast.yaml.", Arity = ArgumentArity.ZeroOrOne };
    private static readonly Option<string?> Summary = new("--summary") { Description = "One sentence that says what is true when the scenario passes.", HelpName = "SENTENCE" };
    private static readonly Option<string[]> Needs = new("--needs") { Description = "What the OS must be able to do, such as automatic-rollback; repeatable. With self-update the scenario updates.", HelpName = "WORD" };
    private static readonly Option<string?> Image = new("--image") { Description = "Role of the machine's release. Default: previous where the scenario updates, else candidate.", HelpName = "ROLE" };

    public static Command Create() => new("new", "Write a file to begin with.") { Scenario() };

    private static Command Scenario()
    {
        Image.AcceptOnlyFromAmong([.. ReleaseRole.All]);
        Needs.CompletionSources.Add([.. EnumWords.All<Capability>()]);
        var command = new Command("scenario", "Write a scenario file that is valid as it is. Asks on a terminal for what no option says. Writes over nothing.\nexit: 0 written · 3 usage, or it is there already") { Name, Summary, Needs, Image };
        command.SetAction(Write);
        return command;
    }

    private static int Write(ParseResult result)
    {
        var project = Checkout.Find();
        var questions = result.GetValue(Name) is null || result.GetValue(Summary) is null ? Questions.OnTerminal() : null;
        var answers = new Answers(result, questions);
        var name = Named(result.GetValue(Name), questions);
        // A catalog with errors is no hindrance to one more file.
        if (ScenarioCatalog.Discover(Directory.Exists(project.Scenarios) ? project.Scenarios : Directory.CreateDirectory(project.Scenarios).FullName).Scenarios.FirstOrDefault(one => one.Name == name) is { } same)
            throw new InputException($"there is a scenario '{name}' already, in {ShownPath.Of(same.Path)}; give another name");
        var summary = answers.Get("what is true when it passes", Summary, $"Say here what is true when {name} passes", text => text.Length > 0 && !text.Any(char.IsControl) ? null : "expected one sentence on one line");
        var needs = answers.Capabilities(Needs);
        if (needs is [])
            needs = answers.AskCapabilities("what the OS must be able to do, such as self-update automatic-rollback; empty: nothing");
        var file = Path.Combine("scenarios", name.Replace('.', '/') + ".yaml");
        var sketch = new ScenarioSketch
        {
            Name = name,
            Summary = summary,
            Needs = needs,
            Image = answers.Choose("release that the machine starts with", Image, ScenarioSketch.UsualImage(needs), ReleaseRole.All),
            Schema = File.Exists(Path.Combine(project.Scenarios, ScenarioSchema.FileName)) ? Path.GetRelativePath(Path.GetDirectoryName(file)!, Path.Combine("scenarios", ScenarioSchema.FileName)) : null,
        };
        NewFiles.Write(project.Root, [(file, sketch.ToString())]);
        var path = ShownPath.Of(Path.Combine(project.Root, file));
        Console.WriteLine(path);
        Console.Error.WriteLine($"next: write its steps, then kola lint {path}, kola run {name}");
        return ExitCode.Passed;
    }

    private static string Named(string? given, Questions? questions)
    {
        static string? Objection(string text) => Regex.IsMatch(text, ScenarioDocument.NamePattern) ? null : $"'{text}' is not a valid name; expected a dotted name in lower case such as boot.fast";
        return given is null ? questions?.Ask("name, such as boot.fast", null, Objection) ?? throw new InputException("give the scenario's name, such as: kola new scenario boot.fast")
            : Objection(given) is { } wrong ? throw new InputException(wrong) : given;
    }
}
