"""Words that carry little subject: time, amount, degree, talk and everyday verbs.

In a small catalogue such words are rare and would look telling ("halvdelen", "tit", "hele tiden"), so their weight is
held down. They are no stop words: two texts that share a subject and some of these are still a little nearer.
"""

from functools import lru_cache
from typing import Final

_DANISH_TEXT: Final = """
halvdel halvdelen tredjedel fjerdedel procent antal mængde række del dele flertal par dusin masse bunke halv halve
hel hele kvart dobbelt enkelt enkelte ene samlet total gennemsnit niveau andel stigende faldende højere lavere
stiger steget faldt faldet stige højt høj høje lav lavt lave lang langt lange kort korte stor stort større mindre
størst mindst meget bred brede tyk tynd let lette langsom langsomt sen sent senere tid tiden tider tidspunkt dag
dage daglig dagligt dagen døgn døgnet uge uger ugen ugentlig måned måneder månedlig år året årlig årligt årene time
timer minut minutter sekund øjeblik periode formiddag middag eftermiddag mandag tirsdag onsdag torsdag fredag lørdag
søndag januar februar marts april maj juni juli august september oktober november december forår efterår gang straks
snart længe igen konstant ofte sjældent sjælden nogensinde pludselig efterhånden løbende hidtil fremover fremtid
fremtiden dengang nutid gør gjort få fået give giver givet gav tage taget tog finde finder fundet fandt komme kommet
kommende føre fører ført holde holder holdt sætte sætter sat stille stiller stillet stå stod stået ligge ligger lå
sidde sidder sad starte starter startet slutte slutter fortsætte fortsætter ønske ønsker ønsket mene mener ment tro
tror troede tænke tænker vide ved vidste kende kender kendte føle føler oplever oplevet opleve mærke mærker sige
siger sagt fortælle fortæller fortalt bede beder bedt vise viser vist betyde betyder prøve prøver prøvet forsøge
forsøger forsøgt savne savner kræve kræver behøve behøver behov benytte benytter anvende anvender anvendt skabe
skaber skabt sikret sørge sørger opnå opnår opnået undgå undgår blive klare klarer klaret nå når nåede lykkes
lykkedes virke virker virkede fungere fungerer handle handler tabe taber ændre ændrer ændret ændring ændringer
forbedre forbedrer forbedret bedre bedst dårlig dårligt dårligere værre værst god godt gode fin rigtig rigtige
rigtigt forkert forkerte vigtig vigtigt vigtige nødvendig nødvendigt mulig muligt mulighed muligheder umulig særlig
særlige særligt speciel almindelig almindelige normal normalt sædvanlig forskellig forskellige lignende samme
anderledes fælles egen eget egne fuld fuldt fulde tom klar klart ked hurtigst først første sidste anden andet tredje
næste forrige seneste nyeste ukendt klog dum pæn sjov sjovt kedelig løs ting sag sager måde måder grund grunde årsag
årsager problem problemer udfordringer vanskelighed besvær løsning løsninger resultat resultater effekt effekter mål
formål idé ideer tanke tanker spørgsmål eksempel eksempler situation tilfælde forhold omstændighed sted steder side
sider ende form former type typer slags niveauer metode metoder værktøj værktøjer redskab redskaber projekt
projekter indsats indsatser initiativ initiativer forløb proces processer opgave opgaver rolle roller mennesker
menneske person personer folk gruppe grupper hold alle nogen ingen hver rundt omkring henholdsvis desuden derudover
eksempelvis blandt hverken især navnlig hovedsagelig primært generelt typisk typiske direkte indirekte faktisk
egentlig virkelig desværre heldigvis alligevel i stedet samtidig derfor fremfor fx ca cirka mio kroner kr million
millioner tusind hundrede hundredvis nul en to tre fire fem seks syv otte ni ti elleve tolv tyve tredive fyrre
halvtreds forskel ligesom følge følger fulgt dækker dække deltage deltager indgår indgå omfatte omfatter består
bestå findes fandtes sker ske skete foregår foregå gælder gælde bør burde plejer virkning
"""
_NORWEGIAN_TEXT: Final = """
halvparten prosent antall rekke del hel halv stor stort liten små større mindre høy lav lang kort tid tiden dag
dager uke måned år året time minutt morgen kveld natt gang først første siste neste ny nytt gammel god bedre best
dårlig finne finner fant komme kommet ta tatt tok gi gitt ga sette satte stå ligge si sier sa fortelle snakke spør
svare vise prøve hjelpe mangle bruke bruker brukt skape sikre nå virke fungere handle ønske mene tro tenke vite
kjenne føle høre ting sak måte grunn problem løsning resultat mål spørsmål eksempel sted side form type viktig mulig
ofte sjelden alltid kalt heter mennesker person folk gruppe alle skjedde hendt
"""
_SWEDISH_TEXT: Final = """
hälften procent antal rad del hel halv stor stort liten små större mindre hög låg lång kort tid tiden dag dagar
vecka månad år året timme minut morgon kväll natt gång först första sista nästa ny nytt gammal god bra bättre bäst
dålig finna komma ta tagit tog ge gett gav sätta stå ligga säga säger sade berätta tala fråga svara visa prova
hjälpa sakna använda använder skapa säkra nå fungera handla önska mena tro tänka veta känna höra sak sätt skäl
problem lösning resultat mål fråga exempel plats sida form typ viktig möjlig ofta sällan människor person folk grupp
alla
"""
_ENGLISH_TEXT: Final = """
half percent number amount part whole many great large small big little high low long short time day days week month
year years hour minute morning evening night first last next new old good better best bad find found come came take
taken took give given gave set stand say said tell told talk ask answer show shown try help lack need want think
know feel hear thing things way ways reason problem problems solution solutions result results goal question example
place side form type kind important possible often seldom always people person group describe described discuss
discussed article articles paper concerning regarding interested related various several different certain
particular general
"""
_TEXTS: Final = {"da": _DANISH_TEXT, "no": _NORWEGIAN_TEXT, "sv": _SWEDISH_TEXT, "en": _ENGLISH_TEXT}


@lru_cache(maxsize=4)
def weak_words(language: str) -> frozenset[str]:
    """Return the weak words of "da", "no", "sv" or "en", lower-cased, as written."""
    return frozenset(_TEXTS[language].split())
