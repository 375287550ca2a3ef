using System.Text;
using FluentAssertions;
using Kola.Scenarios.Runs;
using NUnit.Framework;

namespace Kola.Tests.Scenarios.Runs;

internal sealed class RunFolderTests
{
    private static readonly RunFolder Run = new("r", "/runs/r");

    private static string NameOf(string scenario) => Path.GetRelativePath("/runs/r", Run.Attempt(scenario, 1)).Split('/')[0];

    [TestCase("boot.uefi")]
    [TestCase("boot.uefi[bus=nvme,tpm=true]")]
    public void An_id_that_can_be_a_name_is_the_folders_name(string id) => Run.Attempt(id, 2).Should().Be($"/runs/r/{id}/attempt-2");

    [TestCase("t.one[path=a/b]", "t.one[path=a_b]")]
    [TestCase("t.one[path=a/b]", "t.one[path=a~b]")]
    [TestCase("t.one[path=/]", "t.one[path=//]")]
    [TestCase("t.one[path=a/]", "t.one[path=a_]")]
    public void Each_id_has_a_folder_of_its_own(string one, string other) => NameOf(one).Should().NotBe(NameOf(other));

    [Test]
    public void The_folder_of_one_id_is_no_name_that_another_id_has()
    {
        var encoded = NameOf("t.one[path=a/b]");

        NameOf(encoded).Should().NotBe(encoded);
    }

    [TestCase('a')]
    [TestCase('é')]
    [TestCase('/')]
    public void A_long_id_has_a_folder_that_can_be_made(char letter)
    {
        using var folder = new TemporaryFolder();
        var run = new RunFolder("r", folder.Path);
        string[] ids = [$"t.one[name={new string(letter, 400)}1]", $"t.one[name={new string(letter, 400)}2]"];

        var made = ids.Select(id => Directory.CreateDirectory(run.Attempt(id, 1)).Parent!.Name).ToArray();

        made.Should().OnlyHaveUniqueItems().And.OnlyContain(name => name.StartsWith("t.one[name=") && Encoding.UTF8.GetByteCount(name) <= 255);
    }
}
