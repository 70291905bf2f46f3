/*
 * conventions: the textual conventions that built-in modules use: what they are made of, and their
 * DISPLAY-HINT.
 */
#include "mib/load/builtin/facts.h"

const struct builtin_convention builtin_conventions[] = {
    { "SNMPv2-TC", "DisplayString", "OCTET STRING (0..255)", "255a" },
    { "SNMPv2-TC", "TimeStamp", "TimeTicks", NULL },
    { "SNMPv2-TC", "TestAndIncr", "INTEGER (0..2147483647)", NULL },
    { "SNMPv2-TC", "RowPointer", "OBJECT IDENTIFIER", NULL },
    { "SNMPv2-TC", "AutonomousType", "OBJECT IDENTIFIER", NULL },
    { "SNMPv2-TC", "StorageType",
      "INTEGER { other(1), volatile(2), nonVolatile(3), permanent(4), readOnly(5) }", NULL },
    { "SNMPv2-TC", "RowStatus",
      "INTEGER { active(1), notInService(2), notReady(3), createAndGo(4), createAndWait(5), "
      "destroy(6) }", NULL },
    { "SNMPv2-TC", "PhysAddress", "OCTET STRING", "1x:" },
    { "SNMPv2-TC", "TruthValue", "INTEGER { true(1), false(2) }", NULL },
    { "SNMPv2-TC", "DateAndTime", "OCTET STRING (8 | 11)", "2d-1d-1d,1d:1d:1d.1d,1a1d:1d" },
    { "SNMPv2-TC", "TAddress", "OCTET STRING (1..255)", NULL },
    { "SNMPv2-TC", "TDomain", "OBJECT IDENTIFIER", NULL },
    { "SNMPv2-TC", "MacAddress", "OCTET STRING (6)", "1x:" },
    { "SNMPv2-TC", "InstancePointer", "OBJECT IDENTIFIER", NULL },
    { "SNMPv2-TC", "VariablePointer", "OBJECT IDENTIFIER", NULL },
    { "SNMPv2-TC", "TimeInterval", "INTEGER (0..2147483647)", NULL },

    { "HCNUM-TC", "CounterBasedGauge64", "Counter64", NULL },
    { "HCNUM-TC", "ZeroBasedCounter64", "Counter64", NULL },

    { "SNMP-FRAMEWORK-MIB", "SnmpEngineID", "OCTET STRING (5..32)", NULL },
    { "SNMP-FRAMEWORK-MIB", "SnmpAdminString", "OCTET STRING (0..255)", "255t" },
    { "SNMP-FRAMEWORK-MIB", "SnmpSecurityModel", "INTEGER (0..2147483647)", NULL },
    { "SNMP-FRAMEWORK-MIB", "SnmpMessageProcessingModel", "INTEGER (0..2147483647)", NULL },
    { "SNMP-FRAMEWORK-MIB", "SnmpSecurityLevel",
      "INTEGER { noAuthNoPriv(1), authNoPriv(2), authPriv(3) }", NULL },

    { "IANAifType-MIB", "IANAifType",
      "INTEGER { other(1), regular1822(2), hdh1822(3), ddnX25(4), rfc877x25(5), "
      "ethernetCsmacd(6), iso88023Csmacd(7), iso88024TokenBus(8), iso88025TokenRing(9), "
      "iso88026Man(10), starLan(11), proteon10Mbit(12), proteon80Mbit(13), hyperchannel(14), "
      "fddi(15), lapb(16), sdlc(17), ds1(18), e1(19), basicISDN(20), primaryISDN(21), "
      "propPointToPointSerial(22), ppp(23), softwareLoopback(24), eon(25), ethernet3Mbit(26), "
      "nsip(27), slip(28), ultra(29), ds3(30), sip(31), frameRelay(32), rs232(33), para(34), "
      "arcnet(35), arcnetPlus(36), atm(37), miox25(38), sonet(39), x25ple(40), iso88022llc(41), "
      "localTalk(42), smdsDxi(43), frameRelayService(44), v35(45), hssi(46), hippi(47), "
      "modem(48), aal5(49), sonetPath(50), sonetVT(51), smdsIcip(52), propVirtual(53), "
      "propMultiplexor(54), ieee80212(55), fibreChannel(56), hippiInterface(57), "
      "frameRelayInterconnect(58), aflane8023(59), aflane8025(60), cctEmul(61), fastEther(62), "
      "isdn(63), v11(64), v36(65), g703at64k(66), g703at2mb(67), qllc(68), fastEtherFX(69), "
      "channel(70), ieee80211(71), ibm370parChan(72), escon(73), dlsw(74), isdns(75), "
      "isdnu(76), lapd(77), ipSwitch(78), rsrb(79), atmLogical(80), ds0(81), ds0Bundle(82), "
      "bsc(83), async(84), cnr(85), iso88025Dtr(86), eplrs(87), arap(88), propCnls(89), "
      "hostPad(90), termPad(91), frameRelayMPI(92), x213(93), adsl(94), radsl(95), sdsl(96), "
      "vdsl(97), iso88025CRFPInt(98), myrinet(99), voiceEM(100), voiceFXO(101), voiceFXS(102), "
      "voiceEncap(103), voiceOverIp(104), atmDxi(105), atmFuni(106), atmIma(107), "
      "pppMultilinkBundle(108), ipOverCdlc(109), ipOverClaw(110), stackToStack(111), "
      "virtualIpAddress(112), mpc(113), ipOverAtm(114), iso88025Fiber(115), tdlc(116), "
      "gigabitEthernet(117), hdlc(118), lapf(119), v37(120), x25mlp(121), x25huntGroup(122), "
      "transpHdlc(123), interleave(124), fast(125), ip(126), docsCableMaclayer(127), "
      "docsCableDownstream(128), docsCableUpstream(129), a12MppSwitch(130), tunnel(131), "
      "coffee(132), ces(133), atmSubInterface(134), l2vlan(135), l3ipvlan(136), l3ipxvlan(137), "
      "digitalPowerline(138), mediaMailOverIp(139), dtm(140), dcn(141), ipForward(142), "
      "msdsl(143), ieee1394(144), if-gsn(145), dvbRccMacLayer(146), dvbRccDownstream(147), "
      "dvbRccUpstream(148), atmVirtual(149), mplsTunnel(150), srp(151), voiceOverAtm(152), "
      "voiceOverFrameRelay(153), idsl(154), compositeLink(155), ss7SigLink(156), "
      "propWirelessP2P(157), frForward(158), rfc1483(159), usb(160), ieee8023adLag(161), "
      "bgppolicyaccounting(162), frf16MfrBundle(163), h323Gatekeeper(164), h323Proxy(165), "
      "mpls(166), mfSigLink(167), hdsl2(168), shdsl(169), ds1FDL(170), pos(171), dvbAsiIn(172), "
      "dvbAsiOut(173), plc(174), nfas(175), tr008(176), gr303RDT(177), gr303IDT(178), "
      "isup(179), propDocsWirelessMaclayer(180), propDocsWirelessDownstream(181), "
      "propDocsWirelessUpstream(182), hiperlan2(183), propBWAp2Mp(184), "
      "sonetOverheadChannel(185), digitalWrapperOverheadChannel(186), aal2(187), radioMAC(188), "
      "atmRadio(189), imt(190), mvl(191), reachDSL(192), frDlciEndPt(193), atmVciEndPt(194), "
      "opticalChannel(195), opticalTransport(196), propAtm(197), voiceOverCable(198), "
      "infiniband(199), teLink(200), q2931(201), virtualTg(202), sipTg(203), sipSig(204), "
      "docsCableUpstreamChannel(205), econet(206), pon155(207), pon622(208), bridge(209), "
      "linegroup(210), voiceEMFGD(211), voiceFGDEANA(212), voiceDID(213), mpegTransport(214), "
      "sixToFour(215), gtp(216), pdnEtherLoop1(217), pdnEtherLoop2(218), "
      "opticalChannelGroup(219), homepna(220), gfp(221), ciscoISLvlan(222), "
      "actelisMetaLOOP(223), fcipLink(224), rpr(225), qam(226), lmp(227), cblVectaStar(228), "
      "docsCableMCmtsDownstream(229), adsl2(230), macSecControlledIF(231), "
      "macSecUncontrolledIF(232), aviciOpticalEther(233), atmbond(234), voiceFGDOS(235), "
      "mocaVersion1(236), ieee80216WMAN(237), adsl2plus(238), dvbRcsMacLayer(239), dvbTdm(240), "
      "dvbRcsTdma(241), x86Laps(242), wwanPP(243), wwanPP2(244), voiceEBS(245), ifPwType(246), "
      "ilan(247), pip(248), aluELP(249), gpon(250), vdsl2(251), capwapDot11Profile(252), "
      "capwapDot11Bss(253), capwapWtpVirtualRadio(254), bits(255), "
      "docsCableUpstreamRfPort(256), cableDownstreamRfPort(257), vmwareVirtualNic(258), "
      "ieee802154(259), otnOdu(260), otnOtu(261), ifVfiType(262), g9981(263), g9982(264), "
      "g9983(265), aluEpon(266), aluEponOnu(267), aluEponPhysicalUni(268), "
      "aluEponLogicalLink(269), aluGponOnu(270), aluGponPhysicalUni(271), vmwareNicTeam(272), "
      "docsOfdmDownstream(277), docsOfdmaUpstream(278), gfast(279), sdci(280), "
      "xboxWireless(281), fastdsl(282), docsCableScte55d1FwdOob(283), "
      "docsCableScte55d1RetOob(284), docsCableScte55d2DsOob(285), docsCableScte55d2UsOob(286), "
      "docsCableNdf(287), docsCableNdr(288), ptm(289), ghn(290), otnOtsi(291), otnOtuc(292), "
      "otnOduc(293), otnOtsig(294), microwaveCarrierTermination(295), "
      "microwaveRadioLinkTerminal(296), ieee8021axDrni(297), ax25(298), "
      "ieee19061nanocom(299) }", NULL },
    { "IANAifType-MIB", "IANAtunnelType",
      "INTEGER { other(1), direct(2), gre(3), minimal(4), l2tp(5), pptp(6), l2f(7), udp(8), "
      "atmp(9), msdp(10), sixToFour(11), sixOverFour(12), isatap(13), teredo(14), ipHttps(15), "
      "softwireMesh(16), dsLite(17), aplusp(18) }", NULL },

    { "IF-MIB", "InterfaceIndex", "Integer32 (1..2147483647)", "d" },
    { "IF-MIB", "InterfaceIndexOrZero", "Integer32 (0..2147483647)", "d" },
    { "IF-MIB", "OwnerString", "OCTET STRING (0..255)", "255a" },

    { "INET-ADDRESS-MIB", "InetVersion", "INTEGER { unknown(0), ipv4(1), ipv6(2) }", NULL },
    { "INET-ADDRESS-MIB", "InetAddressType",
      "INTEGER { unknown(0), ipv4(1), ipv6(2), ipv4z(3), ipv6z(4), dns(16) }", NULL },
    { "INET-ADDRESS-MIB", "InetAddress", "OCTET STRING (0..255)", NULL },
    { "INET-ADDRESS-MIB", "InetAddressPrefixLength", "Unsigned32 (0..2040)", "d" },
    { "INET-ADDRESS-MIB", "InetZoneIndex", "Unsigned32", "d" },
    { "INET-ADDRESS-MIB", "InetPortNumber", "Unsigned32 (0..65535)", "d" },
    { "INET-ADDRESS-MIB", "InetAddressIPv4", "OCTET STRING (4)", "1d.1d.1d.1d" },
    { "INET-ADDRESS-MIB", "InetAddressIPv6", "OCTET STRING (16)", "2x:2x:2x:2x:2x:2x:2x:2x" },
    { "INET-ADDRESS-MIB", "InetAddressIPv4z", "OCTET STRING (8)", "1d.1d.1d.1d%4d" },
    { "INET-ADDRESS-MIB", "InetAddressIPv6z", "OCTET STRING (20)", "2x:2x:2x:2x:2x:2x:2x:2x%4d" },
    { "INET-ADDRESS-MIB", "InetAddressDNS", "OCTET STRING (1..255)", "255a" },
    { "INET-ADDRESS-MIB", "InetAutonomousSystemNumber", "Unsigned32", "d" },
    { "INET-ADDRESS-MIB", "InetScopeType",
      "INTEGER { interfaceLocal(1), linkLocal(2), subnetLocal(3), adminLocal(4), siteLocal(5), "
      "organizationLocal(8), global(14) }", NULL },

    { "ENTITY-MIB", "PhysicalIndex", "Integer32 (1..2147483647)", "d" },
    { "ENTITY-MIB", "PhysicalIndexOrZero", "Integer32 (0..2147483647)", "d" },
    { "ENTITY-MIB", "SnmpEngineIdOrNone", "OCTET STRING (0..32)", NULL },
    { "ENTITY-MIB", "PhysicalClass",
      "INTEGER { other(1), unknown(2), chassis(3), backplane(4), container(5), powerSupply(6), "
      "fan(7), sensor(8), module(9), port(10), stack(11), cpu(12) }", NULL },

    { "ENTITY-SENSOR-MIB", "EntitySensorDataType",
      "INTEGER { other(1), unknown(2), voltsAC(3), voltsDC(4), amperes(5), watts(6), hertz(7), "
      "celsius(8), percentRH(9), rpm(10), cmm(11), truthvalue(12) }", NULL },
    { "ENTITY-SENSOR-MIB", "EntitySensorDataScale",
      "INTEGER { yocto(1), zepto(2), atto(3), femto(4), pico(5), nano(6), micro(7), milli(8), "
      "units(9), kilo(10), mega(11), giga(12), tera(13), exa(14), peta(15), zetta(16), "
      "yotta(17) }", NULL },
    { "ENTITY-SENSOR-MIB", "EntitySensorPrecision", "Integer32 (-8..9)", NULL },
    { "ENTITY-SENSOR-MIB", "EntitySensorValue", "Integer32 (-1000000000..1000000000)", NULL },
    { "ENTITY-SENSOR-MIB", "EntitySensorStatus",
      "INTEGER { ok(1), unavailable(2), nonoperational(3) }", NULL },

    { "HOST-RESOURCES-MIB", "InternationalDisplayString", "OCTET STRING", NULL },
    { "HOST-RESOURCES-MIB", "KBytes", "Integer32 (0..2147483647)", NULL },
    { "HOST-RESOURCES-MIB", "ProductID", "OBJECT IDENTIFIER", NULL },

    { "IANA-ADDRESS-FAMILY-NUMBERS-MIB", "AddressFamilyNumbers",
      "INTEGER { other(0), ipV4(1), ipV6(2), nsap(3), hdlc(4), bbn1822(5), all802(6), e163(7), "
      "e164(8), f69(9), x121(10), ipx(11), appleTalk(12), decnetIV(13), banyanVines(14), "
      "e164withNsap(15), dns(16), distinguishedName(17), asNumber(18), xtpOverIpv4(19), "
      "xtpOverIpv6(20), xtpNativeModeXTP(21), fibreChannelWWPN(22), fibreChannelWWNN(23), "
      "gwid(24), afi(25), mplsTpSectionEndpointIdentifier(26), mplsTpLspEndpointIdentifier(27), "
      "mplsTpPseudowireEndpointIdentifier(28), eigrpCommonServiceFamily(16384), "
      "eigrpIpv4ServiceFamily(16385), eigrpIpv6ServiceFamily(16386), "
      "lispCanonicalAddressFormat(16387), bgpLs(16388), fortyeightBitMac(16389), "
      "sixtyfourBitMac(16390), oui(16391), mac24(16392), mac40(16393), ipv664(16394), "
      "rBridgePortID(16395), trillNickname(16396), universallyUniqueIdentifier(16397), "
      "reserved(65535) }", NULL },

    { "IANA-ENTITY-MIB", "IANAPhysicalClass",
      "INTEGER { other(1), unknown(2), chassis(3), backplane(4), container(5), powerSupply(6), "
      "fan(7), sensor(8), module(9), port(10), stack(11), cpu(12), energyObject(13), "
      "battery(14), storageDrive(15) }", NULL },

    { "IP-MIB", "Ipv6AddressIfIdentifierTC", "OCTET STRING (0..8)", "2x:" },
    { "IP-MIB", "IpAddressPrefixOriginTC",
      "INTEGER { other(1), manual(2), wellknown(3), dhcp(4), routeradv(5) }", NULL },
    { "IP-MIB", "IpAddressOriginTC",
      "INTEGER { other(1), manual(2), dhcp(4), linklayer(5), random(6) }", NULL },
    { "IP-MIB", "IpAddressStatusTC",
      "INTEGER { preferred(1), deprecated(2), invalid(3), inaccessible(4), unknown(5), "
      "tentative(6), duplicate(7), optimistic(8) }", NULL },

    { "LLDP-MIB", "LldpPortNumber", "Integer32 (1..4096)", NULL },
    { "LLDP-MIB", "LldpPortList", "OCTET STRING (0..512)", NULL },
    { "LLDP-MIB", "LldpChassisIdSubtype",
      "INTEGER { chassisComponent(1), interfaceAlias(2), portComponent(3), macAddress(4), "
      "networkAddress(5), interfaceName(6), local(7) }", NULL },
    { "LLDP-MIB", "LldpChassisId", "OCTET STRING (1..255)", NULL },
    { "LLDP-MIB", "LldpSystemCapabilitiesMap",
      "BITS { other(0), repeater(1), bridge(2), wlanAccessPoint(3), router(4), telephone(5), "
      "docsisCableDevice(6), stationOnly(7) }", NULL },
    { "LLDP-MIB", "LldpPortIdSubtype",
      "INTEGER { interfaceAlias(1), portComponent(2), macAddress(3), networkAddress(4), "
      "interfaceName(5), agentCircuitId(6), local(7) }", NULL },
    { "LLDP-MIB", "LldpPortId", "OCTET STRING (1..255)", NULL },
    { "LLDP-MIB", "LldpManAddress", "OCTET STRING (1..31)", NULL },
    { "LLDP-MIB", "LldpManAddrIfSubtype",
      "INTEGER { unknown(1), ifIndex(2), systemPortNumber(3) }", NULL },

    { "NET-SNMP-AGENT-MIB", "NetsnmpCacheStatus",
      "INTEGER { enabled(1), disabled(2), empty(3), cached(4), expired(5) }", NULL },

    { "NET-SNMP-TC", "Float", "Opaque (7)", NULL },

    { "RMON2-MIB", "ZeroBasedCounter32", "Gauge32", NULL },
    { "RMON2-MIB", "TimeFilter", "TimeTicks", NULL },

    { "SNMP-USER-BASED-SM-MIB", "KeyChange", "OCTET STRING", NULL },

    { "UCD-SNMP-MIB", "UCDErrorFlag", "INTEGER { noError(0), error(1) }", NULL },
    { "UCD-SNMP-MIB", "UCDErrorFix", "INTEGER { noError(0), runFix(1) }", NULL },
    { "UCD-SNMP-MIB", "Float", "Opaque (7)", NULL },

    { "UUID-TC-MIB", "UUIDorZero", "OCTET STRING (0 | 16)", "4x-2x-2x-1x1x-6x" },
};

const size_t builtin_convention_count =
    sizeof(builtin_conventions) / sizeof(builtin_conventions[0]);
