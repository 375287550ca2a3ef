using FluentAssertions;
using NUnit.Framework;

namespace Kola.Tests.Yaml.Editors;

/// <summary>What an editor offers and explains in each kind of file, by the schema that the file's first line names.</summary>
[Category("yaml-language-server")]
public sealed class EditorTests
{
    private LanguageServer server = null!;

    private static CancellationToken Stop => TestContext.CurrentContext.CancellationToken;

    [OneTimeSetUp]
    public async Task Start()
    {
        if (LanguageServer.Missing is { } why)
            Assert.Ignore(why);
        server = await LanguageServer.StartAsync(CancellationToken.None);
    }

    [OneTimeTearDown]
    public async Task End()
    {
        if (server is not null)
            await server.DisposeAsync();
    }

    /// <summary>The caret <c>^</c> is where to write; the word behind <c>?</c> is explained.</summary>
    [TestCase("scenarios/boot/new.yaml", "../scenario.schema.json", "scenario: boot.new\n?summary: x\nsteps:\n  - ^", "run expect reboot update", "One sentence that says what is true when the scenario passes", TestName = "A scenario")]
    [TestCase("ci/new-gate.yaml", "gate.schema.json", "?required:\n  - scenarios: [boot]\n^", "advisory core retries max-duration", "What must pass.", TestName = "A policy")]
    [TestCase("ci/new-quarantine.yaml", "quarantine.schema.json", "quarantine:\n  - ?scenario: boot.uefi\n    ^", "reason tracker owner from until", "Name, group, pattern or case.", TestName = "A quarantine")]
    [TestCase("images/new-catalog.yaml", "catalog.schema.json", "images:\n  my-os:\n    ?summary: x\n    ^", "file firmware adapter capabilities", "What the image is, in one line.", TestName = "A catalog")]
    [CancelAfter(60_000)]
    public async Task Completion_and_hover_come(string file, string schema, string text, string offered, string explained)
    {
        var path = Path.Combine(Checkout.Root, file);
        var whole = $"# yaml-language-server: $schema={schema}\n{text}";
        var (word, caret) = (Place(whole, '?'), Place(whole.Replace("?", "", StringComparison.Ordinal), '^'));
        await server.OpenAsync(path, whole.Replace("?", "", StringComparison.Ordinal).Replace("^", "", StringComparison.Ordinal), Stop);

        (await server.CompleteAsync(path, caret.Line, caret.Character, Stop)).Should().Contain(offered.Split(' '));
        (await server.HoverAsync(path, word.Line, word.Character + 1, Stop)).Should().Contain(explained);
    }

    [TestCase("scenarios/boot/uefi.yaml")]
    [TestCase("ci/gate.yaml")]
    [TestCase("ci/quarantine.yaml")]
    [TestCase("images/catalog.yaml")]
    public async Task The_files_of_this_checkout_name_their_schema(string file)
    {
        var path = Path.Combine(Checkout.Root, file);
        var lines = await File.ReadAllLinesAsync(path, Stop);
        await server.OpenAsync(path, string.Join('\n', lines), Stop);

        (await server.HoverAsync(path, Array.FindIndex(lines, line => line.Length > 0 && char.IsAsciiLetter(line[0])), 1, Stop)).Should().Contain("schema.json");
    }

    private static (int Line, int Character) Place(string text, char mark)
    {
        var before = text[..text.IndexOf(mark, StringComparison.Ordinal)];
        return (before.Count(c => c == '\n'), before.Length - (before.LastIndexOf('\n') + 1));
    }
}
