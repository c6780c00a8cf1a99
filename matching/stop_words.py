"""Function words of the four languages: they carry no subject, and they tell a text's language."""

_DANISH_TEXT = """
    ad af al alle allerede alligevel alt altid altså anden andet andre at bare begge blandt blev blevet bliver blive
    bruge bruger brugt både da de deler dem den denne der deraf derefter deres derfor derfra deri derimod dermed
    derned derom derved det dette dig din dine disse dit dog du efter egen eget egne ej eller ellers en end endda
    endelig endnu engang enhver ens er et ethvert faktisk fik flere flest for fordi foran fra frem få får fået før
    først gennem gik gjorde gjort god godt gør gøre går gå gået ham han hans har havde have helst heller hele helt
    hen hende hendes her herefter hertil hos hun hvad hvem hver hvert hverken hvilke hvilken hvilket hvis hvor hvordan
    hvorfor hvorfra hvornår i iblandt ifølge igen igennem ikke ind inde inden ingen intet ja jeg jer jeres jo kan
    kom komme kommer kommet kun kunne lige ligesom lidt lader lad lade langt lave laver lavet længere man mange med
    mellem men mens mere mest meget mig mod må måske måtte ned nede nej noget nogen nogle nok nu ny nyt nye når nær
    næste næsten og også om omkring op oppe os over overfor på samme samt se ser set selv selvom sig siden sin sine
    sit skal skulle slet som stadig stor store ses så sådan således synes sætte tage tager taget thi tidligere til
    tilbage tit tror ud ude uden udover under undtagen var ved vel via vi vil ville vor vore vores vær være været
    vis vise viser fx mv osv dvs bl ca evt pga ift mfl mm kr gang gange ofte sammen samtidig hverken
    hvorvidt hvorved ellers imens imellem imod indtil indenfor udenfor ovenfor nedenfor selve sidste
    """
DANISH = frozenset(_DANISH_TEXT.split())
_NORWEGIAN_TEXT = """
    alle allerede alltid andre annen annet at av bak bare ble blei bli blir blitt både båe da de deg dei deim deira
    deires dem den denne der dere deres det dette di din disse ditt du dykk dykkar då eg ein eit eitt eller elles en
    enn er et ett etter etter for fordi foran fra før får få fått gjennom gjorde gjort gjør gjøre går ha hadde han
    hans har hennar henne hennes her hit hjå ho hoe honom hoss hossen hun hva hvem hver hvilke hvilken hvilket hvis
    hvor hvordan hvorfor hvorav hvorfra hvorvidt i ikke ikkje ingen ingi inkje inn innen inni ja jeg jo kan kom
    kommer korleis korso kun kunne kva kvar kvarhelst kven kvi kvifor lage lagt laget man mange me med medan meg meget
    mellom men mens mer mest mi min mine mitt mot mykje må måtte ned no noe noen noka noko nokon nokor nokre nå når
    nei og også om opp oss over på samme samt seg selv si sia sidan siden sin sine sitt sjøl skal skulle slik so som
    somme somt så sånn til tilbake um under upp ut uten var vart varte ved vere verte vi vil ville vore vors vort vår
    være vært våre å
    """
NORWEGIAN = frozenset(_NORWEGIAN_TEXT.split())
_SWEDISH_TEXT = """
    alla allt alltid andra annan annat att av bara blev bli blir blivit både de dem den denna deras dess dessa det
    detta dig din dina ditt du där därför då efter ej eller en ens er era ert ett finns flera fram från få får fick
    före för förut genom gjorde gjort gör göra går gå ha hade han hans har henne hennes hon honom hos hur här i icke
    igen in inga ingen inget innan inom inte ja jag jämte kan kom kommer kunde kunna kvar lite man med medan mellan
    men mer mera mest mig min mina mitt mot mycket många måste ned nej ni nog nu ny nya någon något några när och
    också om oss på redan samma samt sedan sig sin sina sitt själv skall ska skulle som sådan sådana sådant så till
    under upp ur ut utan utav vad var vara varför varit varje vars vart vem vi vid vilka vilkas vilken vilket vill
    åt än är även över
    """
SWEDISH = frozenset(_SWEDISH_TEXT.split())
_ENGLISH_TEXT = """
    a about above after again against all also am among an and another any are aren as at be because been before being
    below between both but by can cannot could did didn do does doesn doing don done down during each either etc
    ever every few for from further get gets give given got had has hasn have having he hence her here hers herself
    him himself his how however i if in instead into is isn it its itself just let like made make makes many may me
    might more most much must my myself neither no nor not now of off often on once one only or other others ought
    our ours ourselves out over own per rather same shall she should since so some such than that the their theirs
    them themselves then there therefore these they this those through thus to too toward towards under until up
    upon us use used uses using very via was wasn we were what when where whether which while who whom whose why
    will with within without would yet you your yours yourself yourselves
    """
ENGLISH = frozenset(_ENGLISH_TEXT.split())

BY_LANGUAGE = {"da": DANISH, "no": NORWEGIAN, "sv": SWEDISH, "en": ENGLISH}
